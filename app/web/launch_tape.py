"""Keeps what was exchanged while a launch was served; a launch never fails for it."""

import time
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import structlog
from flask import Flask, g, request
from werkzeug.wrappers import Response

from app.services.launch_traces import Passage, note_passage
from app.store.launch_traces import Outcome
from app.traces.exchange import Exchange
from app.traces.redaction import kept_arrival, kept_headers, kept_query, url_shape
from app.traces.tape import Tape, record_on
from app.web.current import rooms

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
    is_back = request.endpoint == BACK
    location = response.headers.get("Location", "")
    # Back from the EHR, people are sent to a page of their session, whose address is nobody else's.
    to_ehr = location if location and not is_back else ""
    state = request.args.get("state") if is_back else _state_in(to_ehr)
    went_well: Outcome = "entered" if is_back else "begun"
    return Passage(
        site=g.get("site"),
        state=state or None,
        outcome=went_well if 300 <= response.status_code < 400 else "failed",
        code=g.get("error_code"),
        reference=g.get("error_reference"),
        exchanges=(_arrival(response, to_ehr), *tape.exchanges),
    )


def _arrival(response: Response, to_ehr: str) -> Exchange:
    """The browser's request, by its route, and where it was sent."""
    rule = request.url_rule.rule if request.url_rule else ""
    answer = {"location": url_shape(to_ehr) or "", **kept_query(urlsplit(to_ehr).query)} if to_ehr else {}
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


def _state_in(location: str) -> str | None:
    return next(iter(parse_qs(urlsplit(location).query).get("state", [])), None)
