"""Whose request this is: the live session behind a path, and whether it may open a visit."""

from dataclasses import dataclass, replace

from app.errors.session import NotAllowed, SessionOver, SessionUnknown
from app.ports import Rooms
from app.signin.roles import Level, may, may_tend
from app.signin.session_view import SessionView
from app.store.sessions import (
    IDLE,
    TOUCH_AFTER,
    Place,
    find_session,
    is_over,
    is_overtaken,
    place_of,
    touch_sessions,
    was_granted,
)


@dataclass(frozen=True)
class Left:
    """How long a session lives on if nobody does anything; `is_last`: whatever anybody does."""

    seconds: int
    is_last: bool


def left_of(rooms: Rooms, session: SessionView) -> Left:
    """How long the session lives on."""
    idle, end = session.seen_at + IDLE, session.expires_at
    return Left(max(0, int((min(idle, end) - rooms.wall.now()).total_seconds())), end <= idle)


def open_session(
    rooms: Rooms, session_id: str, browser_hash: str | None, *, touch: bool = True
) -> SessionView:
    """The session, if it is this browser's and lives; `touch`: that it is used keeps it alive.

    Raises SessionUnknown or SessionOver.
    """
    with rooms.db.read() as tx:
        found = find_session(tx, session_id)
    if found is None or browser_hash is None or found[1] != browser_hash:
        raise SessionUnknown
    return _alive(rooms, found[0], touch)


def open_session_by_ticket(rooms: Rooms, session_id: str) -> SessionView:
    """The session that a proven ticket names. Raises SessionUnknown or SessionOver."""
    with rooms.db.read() as tx:
        found = find_session(tx, session_id)
    if found is None:
        raise SessionUnknown
    return _alive(rooms, found[0])


def was_overtaken(rooms: Rooms, session: SessionView) -> bool:
    """Whether this browser launched another patient after this session began."""
    with rooms.db.read() as tx:
        return is_overtaken(tx, session.id)


def check_visit(rooms: Rooms, session: SessionView, visit_id: str, level: Level) -> None:
    """Raises NotAllowed unless the session may see, or act on, the visit."""
    with rooms.db.read() as tx:
        place = place_of(tx, visit_id)
        granted = session.kind == "local" or was_granted(tx, session.id, visit_id)
    if place is None or not granted or not _role_allows(session, level, place):
        raise NotAllowed


def check_tending(session: SessionView, site: str | None) -> None:
    """Raises NotAllowed unless the person looks after this EHR; without `site`: after any."""
    if not may_tend(session.roles, site):
        raise NotAllowed


def _role_allows(session: SessionView, level: Level, place: Place) -> bool:
    return may(session.roles, level, place.site, place.department)


def _alive(rooms: Rooms, session: SessionView, touch: bool = True) -> SessionView:
    now = rooms.wall.now()
    if is_over(session, now):
        raise SessionOver
    if not touch or now - session.seen_at < TOUCH_AFTER:
        return session
    with rooms.db.write() as tx:
        touch_sessions(tx, [session.id], now)
    return replace(session, seen_at=now)
