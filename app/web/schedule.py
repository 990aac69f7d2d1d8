"""The schedule: today, mine, and what yesterday left unfinished."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue

from app.crypto import digest
from app.services.call_known import CallKnown, HostToMend, calls_known, hosts_to_mend
from app.services.chart_writes import waiting_for_sign_in
from app.services.detour_page import DetourShown, detours_seen_by
from app.services.note_look import note_look
from app.services.read_schedule import read_schedule
from app.services.schedule_page import SchedulePage, read_schedule_page, zone_of
from app.services.visit_events import latest_event
from app.web.current import rooms
from app.web.guards import needs_session
from app.web.languages import reader_language

blueprint = Blueprint("schedule", __name__, url_prefix="/clinic/s/<sid>/schedule")


@dataclass(frozen=True)
class _Asides:
    """What stands beside the rows: how well their calls are known, what to mend, and what waits for them."""

    known: Mapping[str, CallKnown]
    to_mend: tuple[HostToMend, ...]
    to_sign: int  # writes that wait for this person's sign-in
    detours: tuple[DetourShown, ...]


@blueprint.get("")
@needs_session
def show(sid: str) -> ResponseReturnValue:
    """The page. Loading it reads the chart."""
    after = latest_event(rooms())
    today = rooms().clock.now().astimezone(zone_of(rooms(), g.session)).date()
    reading = read_schedule(rooms(), g.session, today)
    page = _page()
    note_look(rooms(), g.session)
    return _rendered("schedule.html", page, _asides(page), reading=reading, after=after)


@blueprint.get("/fragment")
@needs_session
def fragment(sid: str) -> ResponseReturnValue:
    """What changes on it; 304 while it has not. The chart is not read."""
    page = _page()
    asides = _asides(page)
    response = Response(_rendered("_schedule_live.html", page, asides))
    response.set_etag(_etag(page, asides))
    return response.make_conditional(request)


def _page() -> SchedulePage:
    return read_schedule_page(rooms(), g.session, mine=request.args.get("view") != "all")


def _asides(page: SchedulePage) -> _Asides:
    return _Asides(
        calls_known(rooms(), [row.visit_id for row in page.unfinished]),
        hosts_to_mend(rooms(), g.session, mine=page.mine_only),
        waiting_for_sign_in(rooms(), g.session),
        detours_seen_by(rooms(), g.session),
    )


def _rendered(template: str, page: SchedulePage, asides: _Asides, **more: object) -> str:
    waiting = (row for row in (*page.under_way, *page.left_over) if row.waits_since is not None)
    to_tell = [row.visit_id for row in waiting if row.told_at is None]
    watch = any(row.offers.start for row in page.unfinished)
    return render_template(
        template,
        page=page,
        badge=page.waiting,
        to_tell=to_tell,
        watch=watch,
        known=asides.known,
        to_mend=asides.to_mend,
        to_sign=asides.to_sign,
        detours=asides.detours,
        here="schedule",
        **more,
    )


def _etag(page: SchedulePage, asides: _Asides) -> str:
    """Waiting is shown in minutes, so the page is another one with each."""
    said = asdict(page) | {"now": page.now.replace(second=0, microsecond=0)}
    return digest(f"{said} {asides} {reader_language()}")[:20]
