"""Local accounts: a one-time link becomes a session, once."""

from datetime import timedelta

from app.crypto import digest
from app.ports import Rooms
from app.store.sessions import NewSession, add_session, end_session
from app.store.staff import StaffMember, check_signin_link, spend_signin_link

LINK_LIFE = timedelta(hours=24)


def whose_link(rooms: Rooms, token: str) -> StaffMember:
    """Whom the link would sign in. Spends nothing. Raises SigninLinkUnknown or SigninLinkSpent."""
    with rooms.db.read() as tx:
        return check_signin_link(tx, digest(token), rooms.wall.now())


def sign_in(rooms: Rooms, token: str, browser_hash: str) -> str:
    """Spend the link; the id of the session. Raises SigninLinkUnknown or SigninLinkSpent."""
    now = rooms.wall.now()
    session_id = rooms.random.token()
    with rooms.db.write() as tx:
        member = spend_signin_link(tx, digest(token), now)
        add_session(tx, NewSession(session_id, "local", browser_hash, member.id), now)
    return session_id


def sign_out(rooms: Rooms, session_id: str) -> None:
    """End the session."""
    with rooms.db.write() as tx:
        end_session(tx, session_id, rooms.wall.now())
