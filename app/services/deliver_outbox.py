"""What we owe is delivered: claimed in one transaction, handed over in none, settled in another."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from app.errors import explain
from app.ports import Rooms
from app.services.deliver_end import deliver_end
from app.services.deliver_link import deliver_link
from app.services.finish_visit import END_MEETING
from app.services.owed import NotNeeded, Owed
from app.services.ring import telling
from app.services.send_link import KIND as SEND_LINK
from app.store.outbox import claim, due, put_off, settle
from app.visits.states import WriteState

log = structlog.get_logger()
HANDLERS: Mapping[str, Callable[[Rooms, Owed], str | None]] = {
    SEND_LINK: deliver_link,
    END_MEETING: deliver_end,
}
# How long to wait after each try; after the last one somebody has to look.
WAITS = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 120, 600, 1800, 3600, 7200))
NOT_NEEDED = "not_needed"


@dataclass(frozen=True)
class _Ending:
    """How a try ended; `again_at` where it is to be repeated."""

    state: WriteState
    error: str | None = None
    receipt: str | None = None
    again_at: datetime | None = None


def due_rows(rooms: Rooms) -> tuple[str, ...]:
    """What is to be delivered now, longest due first."""
    with rooms.db.read() as tx:
        return due(tx, rooms.clock.now())


def deliver(rooms: Rooms, row_id: str) -> WriteState | None:
    """Deliver one row, unless it is not due or somebody else does. Safe to call at any time, by anybody.

    A row ends as written, rejected or given_up, or is pending again with a time.
    """
    with rooms.db.write() as tx:
        row = claim(tx, row_id, rooms.clock.now())
        if row is None:
            return None
        owed = Owed(row.id, row.kind, row.visit_id, row.subject, row.channel, row.attempts)
    ending = _try(rooms, owed)
    with telling(rooms) as told:
        if ending.again_at is not None:
            put_off(told.tx, owed.id, ending.again_at, ending.error or "")
        else:
            settle(told.tx, owed.id, ending.state, told.now, error=ending.error, receipt=ending.receipt)
        told.tell(owed.visit_id, "state")
    return ending.state


def _try(rooms: Rooms, owed: Owed) -> _Ending:
    try:
        return _Ending(WriteState.WRITTEN, receipt=HANDLERS[owed.kind](rooms, owed))
    except NotNeeded:
        return _Ending(WriteState.REJECTED, NOT_NEEDED)
    except Exception as fault:
        log.warning("delivery_failed", kind=owed.kind, error=type(fault).__name__)
        return _after(rooms, owed, fault)


def _after(rooms: Rooms, owed: Owed, fault: Exception) -> _Ending:
    code = explain(fault).code
    if not getattr(fault, "retryable", True):
        return _Ending(WriteState.REJECTED, code)
    if owed.attempts > len(WAITS):
        return _Ending(WriteState.GIVEN_UP, code)
    soonest = rooms.clock.now() + WAITS[owed.attempts - 1]
    asked = getattr(fault, "retry_at", None)
    return _Ending(WriteState.PENDING, code, again_at=max(soonest, asked) if asked else soonest)
