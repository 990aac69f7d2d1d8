"""Whoever opens a page that shows patients is written down."""

from datetime import timedelta

from app.ports import Rooms
from app.signin.session_view import SessionView
from app.store.audit import Entry, append, was_noted, who_is
from app.visits.deeds import Deed

# A page that is loaded again within this time, by the same session, is the same look.
SAME_LOOK = timedelta(minutes=30)


def note_look(
    rooms: Rooms, session: SessionView, visit_id: str | None = None, act: Deed | None = None
) -> None:
    """The audit holds that this session saw the visit, or the schedule: once in half an hour."""
    act, now = act or (Deed.LISTED if visit_id is None else Deed.SEEN), rooms.wall.now()
    with rooms.db.read() as tx:
        if was_noted(tx, session.id, act, visit_id, now - SAME_LOOK):
            return
    with rooms.db.write() as tx:
        append(tx, [Entry(who_is(session), act, visit_id)], now)
