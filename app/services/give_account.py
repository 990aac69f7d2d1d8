"""A local account, and the link that signs its owner in."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.crypto import digest
from app.ports import Rooms
from app.services.sign_in import LINK_LIFE
from app.signin.roles import Grant
from app.store.audit import THE_COMMAND_LINE, Entry, append
from app.store.staff import LOCAL, Identity, add_signin_link, add_staff, find_local_staff
from app.store.visits import departments_seen
from app.visits.deeds import Deed


@dataclass(frozen=True)
class Account:
    """A one-time link, good for a day, and whether the account was made for it."""

    link: str = field(repr=False)
    is_new: bool


def give_account(rooms: Rooms, login: str, name: str, roles: Iterable[Grant]) -> Account:
    """A link for the account `login`, made if there is none. One that exists keeps its name and roles."""
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
    return Account(f"{rooms.settings.base_url}/signin/{token}", member is None)


def departments_of(rooms: Rooms, site: str) -> frozenset[str]:
    """Location ids that this site's file or the visits seen so far name."""
    with rooms.db.read() as tx:
        seen = departments_seen(tx, site)
    return seen | frozenset(rooms.sites.by_name(site).department_policies)
