"""The account's users are listed a few times a day: who may host, with which licence."""

from datetime import timedelta

import structlog

from app.ports import HostPage, Rooms
from app.services.polling_purse import BudgetSpent, Purse
from app.store.directory import claim_reading, mark_gone, note_reading, note_user

log = structlog.get_logger()
USERS = "users"
EVERY, AGAIN, LEASE = timedelta(hours=6), timedelta(minutes=15), timedelta(minutes=10)
NOT_OFFERED, UNREAD, SPENT = "not_offered", "unread", "budget"
MOST_PAGES = 200


def read_directory(rooms: Rooms) -> int:
    """List them all, if it is time and nobody else does. How many there are."""
    now, vendor = rooms.clock.now(), rooms.video.vendor
    with rooms.db.write() as tx:
        if not claim_reading(tx, vendor, now, now + LEASE):
            return 0
    return read_directory_now(rooms)[0]


def read_directory_now(rooms: Rooms) -> tuple[int, str | None]:
    """List them all. How many there are, and why not all could be read."""
    now, vendor = rooms.clock.now(), rooms.video.vendor
    count, error = _read(rooms)
    wait = EVERY if error in (None, NOT_OFFERED) else AGAIN
    with rooms.db.write() as tx:
        if error is None:
            mark_gone(tx, vendor, now)
        claim_reading(tx, vendor, now, now + LEASE)
        note_reading(tx, vendor, rooms.clock.now() + wait, now, error)
    return count, error


def _read(rooms: Rooms) -> tuple[int, str | None]:
    """How many were named, and why not all were."""
    purse = Purse(rooms, rooms.sites.all()[0].name, rooms.video.vendor)
    count, after = 0, ""
    for _ in range(MOST_PAGES):
        try:
            page = _page(rooms, purse, after)
        except BudgetSpent:
            return count, SPENT
        except Exception as fault:
            log.warning("directory_not_read", error=type(fault).__name__)
            return count, UNREAD
        if page is None:
            return count, NOT_OFFERED
        with rooms.db.write() as tx:
            for account in page.hosts:
                note_user(tx, rooms.video.vendor, account, rooms.clock.now())
        count += len(page.hosts)
        after = page.after
        if not after:
            return count, None
    return count, UNREAD


def _page(rooms: Rooms, purse: Purse, after: str) -> HostPage | None:
    return purse.ask_if_offered(USERS, lambda: rooms.video.hosts(after))
