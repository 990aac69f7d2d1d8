"""What the open pages of a browser's sessions are told."""

from collections.abc import Iterable

from app.ports import Rooms
from app.signin.session_view import SessionView
from app.store.stream import Audience, VisitEvent, events_after, latest

__all__ = ["Audience", "VisitEvent", "audience", "latest_event", "visit_events_since"]


def audience(sessions: Iterable[SessionView]) -> Audience:
    """Launch sessions hear of the visits they may open, now or later; local ones of their departments."""
    all_of_them = tuple(sessions)
    launches = frozenset(session.id for session in all_of_them if session.kind == "launch")
    locals_ = (session for session in all_of_them if session.kind == "local")
    return Audience(launches, frozenset(grant for session in locals_ for grant in session.roles))


def visit_events_since(rooms: Rooms, after: int, hearers: Audience) -> tuple[VisitEvent, ...]:
    """Numbered lines after that number, in order, at most 500: ask again with the last one's number."""
    with rooms.db.read() as tx:
        return events_after(tx, after, hearers)


def latest_event(rooms: Rooms) -> int:
    """The number from which a page that was loaded now is to listen."""
    with rooms.db.read() as tx:
        return latest(tx)
