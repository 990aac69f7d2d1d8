"""The page of one visit for staff, and the part of it that changes."""

from dataclasses import asdict

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue

from app.crypto import digest
from app.services.call_known import CallKnown, calls_known
from app.services.note_look import note_look
from app.services.note_text import note_text
from app.services.schedule_page import others_waiting
from app.services.visit_events import latest_event
from app.services.visit_page import VisitPage, read_visit_page
from app.services.visit_summary import VisitSummary, summary_of
from app.visits.states import VisitState
from app.web.call_notices import call_notices
from app.web.current import rooms
from app.web.guards import needs_visit
from app.web.headlines import headline_of
from app.web.languages import reader_language
from app.web.notices import FOUND_BY, notices_of

blueprint = Blueprint("visits", __name__, url_prefix="/clinic/s/<sid>/visits/<visit_id>")


@blueprint.get("")
@needs_visit("see")
def show(sid: str, visit_id: str) -> ResponseReturnValue:
    """The page."""
    after = latest_event(rooms())
    page = read_visit_page(rooms(), g.session, visit_id)
    others = others_waiting(rooms(), g.session, visit_id)
    note_look(rooms(), g.session, visit_id)
    return _rendered("visit.html", page, others, _known(visit_id), after=after)


@blueprint.get("/fragment")
@needs_visit("see")
def fragment(sid: str, visit_id: str) -> ResponseReturnValue:
    """What changes on it; 304 while it has not."""
    page = read_visit_page(rooms(), g.session, visit_id)
    others = others_waiting(rooms(), g.session, visit_id)
    known = _known(visit_id)
    response = Response(_rendered("_visit_live.html", page, others, known))
    response.set_etag(_etag(page, others, known))
    return response.make_conditional(request)


def _rendered(template: str, page: VisitPage, others: int, known: CallKnown, **more: object) -> str:
    summary = None if page.state is VisitState.PLANNED else summary_of(rooms(), page.id)
    return render_template(
        template,
        page=page,
        headline=headline_of(page),
        notices=(*call_notices(page, known), *notices_of(page)),
        others=others,
        badge=others + (page.patient.waits_since is not None),
        summary=summary,
        note=_note(summary),
        found_by=FOUND_BY.get(page.found_by or ""),
        **more,
    )


def _note(summary: VisitSummary | None) -> str | None:
    if summary is None or summary.first is None:
        return None
    return note_text(summary, reader_language())


def _known(visit_id: str) -> CallKnown:
    return calls_known(rooms(), [visit_id])[visit_id]


def _etag(page: VisitPage, others: int, known: CallKnown) -> str:
    """Waiting is shown in minutes, so the page is another one with each."""
    said = asdict(page) | {"now": page.now.replace(second=0, microsecond=0)}
    return digest(f"{said} {others} {known} {reader_language()}")[:20]
