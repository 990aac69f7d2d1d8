"""The page of one visit for staff, and the part of it that changes."""

from dataclasses import asdict

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue

from app.crypto import digest
from app.services.call_known import CallKnown, calls_known
from app.services.chart_errands import NOTE
from app.services.chart_writes import ChartWrite, writes_of_visit
from app.services.note_look import note_look
from app.services.note_text import note_text
from app.services.schedule_page import others_waiting
from app.services.visit_events import latest_event
from app.services.visit_page import VisitPage, read_visit_page
from app.services.visit_summary import VisitSummary, summary_of
from app.visits.states import VisitState
from app.visits.wait_words import LATE
from app.web.call_news_words import news_notices
from app.web.call_notices import call_notices
from app.web.current import rooms
from app.web.guards import needs_visit
from app.web.headlines import headline_of
from app.web.languages import reader_language
from app.web.notices import FOUND_BY, notices_of
from app.web.write_words import WriteWords, write_words

blueprint = Blueprint("visits", __name__, url_prefix="/clinic/s/<sid>/visits/<visit_id>")


@blueprint.get("")
@needs_visit("see")
def show(sid: str, visit_id: str) -> ResponseReturnValue:
    """The page."""
    after = latest_event(rooms())
    page = read_visit_page(rooms(), g.session, visit_id)
    others = others_waiting(rooms(), g.session, visit_id)
    writes = writes_of_visit(rooms(), g.session, visit_id)
    note_look(rooms(), g.session, visit_id)
    return _rendered("visit.html", page, others, _known(visit_id), writes, after=after)


@blueprint.get("/fragment")
@needs_visit("see")
def fragment(sid: str, visit_id: str) -> ResponseReturnValue:
    """What changes on it; 304 while it has not."""
    page = read_visit_page(rooms(), g.session, visit_id)
    others = others_waiting(rooms(), g.session, visit_id)
    known, writes = _known(visit_id), writes_of_visit(rooms(), g.session, visit_id)
    response = Response(_rendered("_visit_live.html", page, others, known, writes))
    response.set_etag(_etag(page, others, known, writes))
    return response.make_conditional(request)


def _rendered(
    template: str,
    page: VisitPage,
    others: int,
    known: CallKnown,
    writes: tuple[ChartWrite, ...],
    **more: object,
) -> str:
    summary = None if page.state is VisitState.PLANNED else summary_of(rooms(), page.id)
    return render_template(
        template,
        page=page,
        headline=headline_of(page),
        notices=(*call_notices(page, known), *news_notices(page), *notices_of(page)),
        others=others,
        badge=others + (page.patient.waits_since is not None),
        summary=summary,
        note=None if any(write.kind == NOTE for write in writes) else _note(summary),
        writes=_writes(writes, page),
        late_minutes=LATE,
        found_by=FOUND_BY.get(page.found_by or ""),
        **more,
    )


def _note(summary: VisitSummary | None) -> str | None:
    if summary is None or summary.first is None:
        return None
    return note_text(summary, reader_language())


def _writes(writes: tuple[ChartWrite, ...], page: VisitPage) -> list[tuple[ChartWrite, WriteWords]]:
    """The newest of each kind: an older state of the appointment tells nothing any more."""
    newest = {write.kind if write.kind != "chart_note" else write.id: write for write in writes}
    return [(write, write_words(write, page.zone, page.now)) for write in newest.values()]


def _known(visit_id: str) -> CallKnown:
    return calls_known(rooms(), [visit_id])[visit_id]


def _etag(page: VisitPage, others: int, known: CallKnown, writes: tuple[ChartWrite, ...]) -> str:
    """Waiting is shown in minutes, so the page is another one with each."""
    said = asdict(page) | {"now": page.now.replace(second=0, microsecond=0)}
    return digest(f"{said} {others} {known} {[asdict(one) for one in writes]} {reader_language()}")[:20]
