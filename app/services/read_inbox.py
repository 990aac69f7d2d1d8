"""Deliveries that nobody has read yet are read, one transaction each, and none holds up those behind it."""

from datetime import datetime

import structlog

from app.ports import Rooms
from app.services.project_event import project
from app.store.inbox import read_again, unread

log = structlog.get_logger()


def read_inbox(rooms: Rooms, received_before: datetime | None = None) -> int:
    """Read what is unread, perhaps only what was there before an instant. How many were read by us."""
    count, last = 0, 0
    while True:
        with rooms.db.read() as tx:
            page = unread(tx, last, received_before)
        if not page:
            return count
        count += sum(_read(rooms, seq) for seq in page)
        last = page[-1]


def read_what_outran_its_meeting(rooms: Rooms) -> None:
    """What came before its meeting was written down becomes unread again, now that the meeting is known."""
    with rooms.db.write() as tx:
        read_again(tx)


def _read(rooms: Rooms, seq: int) -> bool:
    try:
        return project(rooms, seq) is not None
    except Exception as fault:
        # It stays unread: the pump comes back to it.
        log.error("delivery_not_read", error=type(fault).__name__)
        return False
