"""A local account, and the link that signs its owner in."""

from collections.abc import Iterable

from app.crypto import digest
from app.ports import Rooms
from app.services.sign_in import LINK_LIFE
from app.signin.roles import Grant
from app.store.audit import THE_COMMAND_LINE, Entry, append
from app.store.staff import LOCAL, Identity, add_signin_link, add_staff, find_local_staff
from app.visits.deeds import Deed


def give_account(rooms: Rooms, login: str, name: str, roles: Iterable[Grant]) -> str:
    """A one-time link, good for a day, for the account `login`; made now if there is none.

    An account that exists keeps its name and roles.
    """
    now = rooms.wall.now()
    token = rooms.random.token()
    with rooms.db.write() as tx:
        member = find_local_staff(tx, login)
        staff_id = member.id if member else rooms.random.token()
        if member is None:
            add_staff(tx, Identity(LOCAL, login), name, roles, staff_id, now)
            tx.flush()
        add_signin_link(tx, staff_id, digest(token), now, now + LINK_LIFE)
        given = {"account": staff_id, "made": "no" if member else "yes"}
        append(tx, [Entry(THE_COMMAND_LINE, Deed.ACCOUNT, details=given)], now)
    return f"{rooms.settings.base_url}/signin/{token}"
