"""Keeps what was exchanged while a launch was served; a launch never fails for it."""

import time
from datetime import UTC, datetime
from urllib.parse import urlsplit

import structlog
from flask import Flask, g, request
from werkzeug.wrappers import Response

from app.services.launch_traces import Passage, note_passage
from app.store.launch_traces import Outcome
from app.traces.exchange import Exchange
from app.traces.redaction import kept_arrival, kept_headers, kept_query, url_shape
from app.traces.tape import Tape, record_on
from app.web.current import rooms
from launch.authorize import AuthorizationRequest

log = structlog.get_logger()
OUTWARD = ("launch.launch", "launch.standalone")
BACK = "launch.callback"


def install(app: Flask) -> None:
    """Record launches."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(lambda _: record_on(None))


def _begin() -> None:
    if request.endpoint not in (*OUTWARD, BACK):
        return
    bases = tuple(iss for site in rooms().sites.all() for iss in site.launch.issuers)
    g.tape, g.tape_began, g.tape_at = Tape(bases), time.perf_counter(), datetime.now(UTC)
    record_on(g.tape)


def _end(response: Response) -> Response:
    tape: Tape | None = g.pop("tape", None)
    if tape is None:
        return response
    record_on(None)
    try:
        note_passage(rooms(), _passage(tape, response), rooms().wall.now())
    except Exception as fault:
        log.warning("trace_not_kept", error=type(fault).__name__)
    return response


def _passage(tape: Tape, response: Response) -> Passage:
    asked: AuthorizationRequest | None = g.get("asked")
    outcome: Outcome = "failed"
    if asked is not None:
        outcome = "begun"
    elif 300 <= response.status_code < 400:
        outcome = "entered"
    return Passage(
        site=g.get("site"),
        state=asked.parameters["state"] if asked else request.args.get("state") or None,
        outcome=outcome,
        code=g.get("error_code"),
        reference=g.get("error_reference"),
        exchanges=(_arrival(response, asked), *tape.exchanges),
    )


def _arrival(response: Response, asked: AuthorizationRequest | None) -> Exchange:
    """The browser's request, by its route, and what it was sent to the EHR with, by address or by form.

    Back from the EHR, people are sent to a page of their own, whose address is nobody else's.
    """
    rule = request.url_rule.rule if request.url_rule else ""
    answer = {}
    if asked is not None:
        answer = {"location": url_shape(asked.url) or "", **kept_query(urlsplit(asked.url).query)}
        answer |= {"by": "form"} if asked.by_post else {}
    code = g.get("error_code")
    return Exchange(
        way="in",
        at=g.tape_at.isoformat(timespec="milliseconds"),
        ms=round((time.perf_counter() - g.tape_began) * 1000, 1),
        method=request.method if request.method in ("GET", "HEAD") else "other",
        url=f"{rooms().settings.base_url}{rule}",
        status=response.status_code,
        sent=kept_arrival(request.query_string.decode("ascii", "replace")),
        answer_headers=kept_headers(dict(response.headers)),
        answer=answer | ({"code": code} if code else {}),
    )
