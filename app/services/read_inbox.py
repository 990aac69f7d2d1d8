"""Deliveries that nobody has read yet are read, many in a transaction, and none holds up those behind it."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from sqlalchemy.exc import OperationalError

from app.ports import Rooms
from app.services.project_event import project, project_together
from app.store.failed_deliveries import note_failure, try_failed_again
from app.store.inbox import BATCH, read_again, unread

log = structlog.get_logger()


def read_inbox(
    rooms: Rooms, received_before: datetime | None = None, rest: Callable[[float], object] = lambda _: None
) -> int:
    """Read what is unread, perhaps only what was there before an instant. How many were read by us.

    `rest` is called after each page, with the seconds of processor time that it took.
    """
    count, last = 0, 0
    while True:
        began = time.thread_time()
        with rooms.db.read() as tx:
            page = unread(tx, last, received_before)
        count += _read(rooms, page) if page else 0
        rest(time.thread_time() - began)
        if len(page) < BATCH:
            # What has come since then is read at the next ring, with what comes until then.
            return count
        last = page[-1]


def read_what_outran_its_meeting(rooms: Rooms) -> None:
    """What came before its meeting was written down becomes unread again, now that the meeting is known."""
    with rooms.db.write() as tx:
        read_again(tx)


def _read(rooms: Rooms, page: Sequence[int]) -> int:
    try:
        return len(project_together(rooms, page))
    except Exception as fault:
        log.warning("deliveries_not_read_together", count=len(page), error=type(fault).__name__)
        return sum(_read_one(rooms, seq) for seq in page)


def _read_one(rooms: Rooms, seq: int) -> bool:
    try:
        return project(rooms, seq) is not None
    except OperationalError as away:
        # It stays unread: the pump comes back to it.
        log.error("delivery_not_read", error=type(away).__name__)
    except Exception as fault:
        # Who comes back to it for ever reads nothing else in the end.
        log.error("delivery_not_read", error=type(fault).__name__)
        _note_failure(rooms, seq)
    return False


def _note_failure(rooms: Rooms, seq: int) -> None:
    with rooms.db.write() as tx:
        if note_failure(tx, seq, rooms.clock.now()):
            log.error("delivery_set_aside", n=seq)


def try_set_aside_again(rooms: Rooms) -> None:
    """Deliveries that were set aside are unread again: this version may know how to read them."""
    with rooms.db.write() as tx:
        try_failed_again(tx)
