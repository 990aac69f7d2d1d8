"""What becomes of something that we owe, after each try and after each look for it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.visits.states import WriteState


def _spaced(*seconds: int) -> tuple[timedelta, ...]:
    return tuple(timedelta(seconds=each) for each in seconds)


# How long to wait after each try; after the last one somebody has to look.
WAITS = _spaced(5, 30, 120, 600, 1800, 3600, 7200)
# When to look for what may have been written. A gateway gives up on a server that is still at it for a while.
LOOKS_AFTER_SILENCE = _spaced(2, 8, 20, 60)
# When to look for what the other system says it wrote: its search may lag behind.
LOOKS_FOR_RECEIPT = _spaced(2, 30, 300)
# Whoever says "written" twice and has nothing is not asked a third time by us.
MOST_VAIN = 2
# What stands in the ledger where no error was told; errors stand there with their codes.
NOT_NEEDED = "not_needed"
NOT_STORED = "not_stored"
COPIES = "copies"


@dataclass(frozen=True)
class Ending:
    """How a try or a look ended. `due_at`: try again then. `look_at`: look for it then, None: never."""

    state: WriteState
    error: str | None = None
    receipt: str | None = None
    due_at: datetime | None = None
    look_at: datetime | None = None
    looks: int = 0
    confirmed_at: datetime | None = None


def written(receipt: str | None, now: datetime, *, can_look: bool) -> Ending:
    """The other system says that it is done. Whether it is, a later look tells."""
    look_at = now + LOOKS_FOR_RECEIPT[0] if can_look else None
    return Ending(WriteState.WRITTEN, receipt=receipt, look_at=look_at)


def unsure(error: str, now: datetime, *, can_look: bool) -> Ending:
    """It went out, and no answer came: it is looked for, and where that is impossible a person decides."""
    look_at = now + LOOKS_AFTER_SILENCE[0] if can_look else None
    return Ending(WriteState.UNKNOWN, error, look_at=look_at)


def failed(error: str, attempts: int, now: datetime, asked_for: datetime | None = None) -> Ending:
    """It was not done, and may be later: not before the other system wants it, and not for ever."""
    if attempts > len(WAITS):
        return Ending(WriteState.GIVEN_UP, error)
    soonest = now + WAITS[attempts - 1]
    return Ending(WriteState.PENDING, error, due_at=max(soonest, asked_for or soonest))


def found(receipt: str, copies: int, now: datetime) -> Ending:
    """A look found it. Several copies are for a person to see: which one counts is not ours to say."""
    return Ending(WriteState.WRITTEN, COPIES if copies > 1 else None, receipt, confirmed_at=now)


def not_found(state: WriteState, looks: int, attempts: int, receipt: str | None, now: datetime) -> Ending:
    """A look found nothing, as `looks` before it: look again, or else it was not done.

    What the other system said it wrote, and has not, is written once more; then a person has to ask there.
    """
    waits = LOOKS_FOR_RECEIPT if state is WriteState.WRITTEN else LOOKS_AFTER_SILENCE
    if looks + 1 < len(waits):
        return Ending(state, None, receipt, look_at=now + waits[looks + 1], looks=looks + 1)
    said_so = state is WriteState.WRITTEN
    error, most = (NOT_STORED, MOST_VAIN) if said_so else (None, len(WAITS))
    if attempts >= most:
        return Ending(WriteState.GIVEN_UP, NOT_STORED)
    return Ending(WriteState.PENDING, error, due_at=now)
