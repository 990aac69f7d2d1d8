"""Local accounts: a one-time link becomes a session, once."""

from datetime import timedelta

from app.crypto import digest
from app.ports import Rooms
from app.store.audit import Entry, Who, append, session_mark, who_is
from app.store.sessions import NewSession, add_session, end_session, find_session
from app.store.staff import StaffMember, check_signin_link, spend_signin_link
from app.visits.deeds import Deed

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
        who = Who(member.id, session_mark(session_id), "local", None)
        append(tx, [Entry(who, Deed.SIGN_IN)], now)
    return session_id


def sign_out(rooms: Rooms, session_id: str) -> None:
    """End the session."""
    now = rooms.wall.now()
    with rooms.db.write() as tx:
        found = find_session(tx, session_id)
        end_session(tx, session_id, now)
        if found is not None:
            append(tx, [Entry(who_is(found[0]), Deed.SIGN_OUT)], now)
