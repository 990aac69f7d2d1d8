"""Errors as answers: a page, a JSON problem, or an OperationOutcome. Never the error's own text."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from flask import Flask, Response, g, render_template, request

from app.errors import Explanation, explain
from app.visits.codes import make_reference
from app.web.current import rooms
from app.web.error_links import ErrorLink, links_for

log = structlog.get_logger()
FHIR = "application/fhir+json"
PROBLEM = "application/problem+json"
MACHINES = ("/webhooks", "/events", "/api", "/metrics", "/healthz", "/readyz")


@dataclass(frozen=True)
class Fault:
    """What an error page shows."""

    status: int
    code: str
    title: str
    cause: str
    next_step: str
    reference: str
    links: tuple[ErrorLink, ...] = ()


def install(app: Flask) -> None:
    """Answer every error here."""
    app.register_error_handler(Exception, _answer)


def _answer(error: Exception) -> Response:
    said = explain(error)
    reference = make_reference(rooms().random.choose)
    g.error_code, g.error_reference = said.code, reference
    _note(error, said, reference)
    fault = Fault(
        said.status,
        said.code,
        str(said.title),
        str(said.cause),
        str(said.next_step),
        reference,
        links_for(error),
    )
    return _renderer()(fault)


def _note(error: Exception, said: Explanation, reference: str) -> None:
    note = log.error if said.status >= 500 else log.info
    note(
        "request_failed",
        code=said.code,
        reference=reference,
        error=type(error).__name__,
        where=_where(error) if said.code == "VB-1000" else None,
    )


def _where(error: Exception) -> str:
    """The line that raised it: file, line and function, and nothing that it held."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return "unknown"
    code = trace.tb_frame.f_code
    return f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}:{code.co_name}"


def _renderer() -> Callable[[Fault], Response]:
    accepts = request.accept_mimetypes
    if accepts.quality(FHIR) and not accepts.accept_html:
        return as_operation_outcome
    if request.path.startswith(MACHINES) or not accepts.accept_html:
        return as_problem
    return as_page


def as_page(fault: Fault) -> Response:
    """A page for people."""
    return Response(render_template("error.html", fault=fault, kept=_typed()), fault.status)


def _typed() -> str:
    """The note that this request brought, whatever became of it: its author must not have to type it again.

    Nobody else's page can make ours show a text of theirs.
    """
    is_ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return request.form.get("note", "") if is_ours and request.blueprint == "finish" else ""


def as_problem(fault: Fault) -> Response:
    """RFC 9457."""
    body = {
        "type": f"about:blank#{fault.code}",
        "title": fault.title,
        "status": fault.status,
        "detail": fault.cause,
        "code": fault.code,
        "next_step": fault.next_step,
        "reference": fault.reference,
    }
    return Response(json.dumps(body), fault.status, content_type=PROBLEM)


def as_operation_outcome(fault: Fault) -> Response:
    """https://hl7.org/fhir/R4/operationoutcome.html"""
    issue = {
        "severity": "error",
        "code": "exception" if fault.status >= 500 else "processing",
        "details": {"coding": [{"code": fault.code}], "text": fault.cause},
        "diagnostics": f"{fault.next_step} ({fault.reference})",
    }
    body = {"resourceType": "OperationOutcome", "issue": [issue]}
    return Response(json.dumps(body), fault.status, content_type=FHIR)
