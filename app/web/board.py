"""The board of a virtual clinic: today's visits by where they stand, and checking patients in."""

from dataclasses import asdict

from flask import Blueprint, Response, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from app.crypto import digest
from app.services.board_page import BoardPage, Column, read_board_page
from app.services.check_in import check_in, take_back_check_in
from app.services.note_look import note_look
from app.services.take_next import take_next
from app.services.visit_events import latest_event
from app.web.current import rooms
from app.web.guards import needs_csrf, needs_session, needs_visit
from app.web.languages import reader_language

COLUMNS = {
    Column.TO_COME: _l("To come"),
    Column.HERE: _l("Here"),
    Column.READY: _l("Ready for the provider"),
    Column.WITH_PROVIDER: _l("With the provider"),
    Column.DONE: _l("Done"),
}
blueprint = Blueprint("board", __name__, url_prefix="/clinic/s/<sid>")


@blueprint.get("/board")
@needs_session
def show(sid: str) -> ResponseReturnValue:
    """The page. The chart is read by the schedule, and by the sync."""
    after, page = latest_event(rooms()), _page()
    note_look(rooms(), g.session)
    return _rendered("board.html", page, after=after, nobody="nobody" in request.args)


@blueprint.get("/board/fragment")
@needs_session
def fragment(sid: str) -> ResponseReturnValue:
    """What changes on it; 304 while it has not."""
    page = _page()
    response = Response(_rendered("_board_live.html", page))
    said = asdict(page) | {"now": page.now.replace(second=0, microsecond=0)}
    response.set_etag(digest(f"{said} {reader_language()}")[:20])
    return response.make_conditional(request)


@blueprint.post("/board/take-next")
@needs_session
@needs_csrf
def take(sid: str) -> ResponseReturnValue:
    """Whoever has waited longest without a provider is this provider's now."""
    taken = take_next(rooms(), g.session, request.form.get("department") or None)
    if taken is None:
        return redirect(f"/clinic/s/{sid}/board?nobody", 303)
    return redirect(f"/clinic/s/{sid}/visits/{taken}", 303)


@blueprint.post("/visits/<visit_id>/check-in")
@needs_visit("act")
@needs_csrf
def ready(sid: str, visit_id: str) -> ResponseReturnValue:
    """The patient is ready for the provider; with `undo`, not after all."""
    if request.form.get("undo"):
        take_back_check_in(rooms(), g.session, visit_id)
    else:
        check_in(rooms(), g.session, visit_id, request.form.getlist("step"))
    return redirect(f"/clinic/s/{sid}/visits/{visit_id}", 303)


def _page() -> BoardPage:
    provider, department = request.args.get("provider"), request.args.get("department")
    return read_board_page(rooms(), g.session, provider or None, department or None)


def _rendered(template: str, page: BoardPage, **more: object) -> str:
    query = request.query_string.decode()
    to_tell = [row.visit_id for row in page.rows if row.waits_since and not row.told_at]
    return render_template(
        template,
        page=page,
        titles=COLUMNS,
        query=f"?{query}" if query else "",
        badge=page.waiting,
        to_tell=to_tell,
        watch=any(row.offers.start for row in page.rows),
        here="schedule",
        **more,
    )
