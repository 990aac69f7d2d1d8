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
# When to look again where a look failed, by the number of those that did not.
UNSEEN_WAITS = _spaced(120, 600)
# One more look decides.
LAST_LOOK = len(LOOKS_AFTER_SILENCE) - 1
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


@dataclass(frozen=True)
class Look:
    """A look for what may be there: in which state it is taken, and how many there were `before` it."""

    state: WriteState
    before: int
    error: str | None
    receipt: str | None


def written(receipt: str | None, now: datetime, *, can_look: bool) -> Ending:
    """The other system says that it is done. Whether it is, a later look tells."""
    look_at = now + LOOKS_FOR_RECEIPT[0] if can_look else None
    return Ending(WriteState.WRITTEN, receipt=receipt, look_at=look_at)


def unsure(error: str, now: datetime, asked_for: datetime | None = None, *, can_look: bool) -> Ending:
    """It went out, and no answer came: it is looked for, and where that is impossible a person decides."""
    look_at = _not_before(now + LOOKS_AFTER_SILENCE[0], asked_for) if can_look else None
    return Ending(WriteState.UNKNOWN, error, look_at=look_at)


def failed(error: str | None, attempts: int, now: datetime, asked_for: datetime | None = None) -> Ending:
    """It was not done, and may be later: not before the other system wants it, and not for ever."""
    if attempts > len(WAITS):
        return Ending(WriteState.GIVEN_UP, error)
    return Ending(WriteState.PENDING, error, due_at=_not_before(now + WAITS[attempts - 1], asked_for))


def found(receipt: str, copies: int, now: datetime) -> Ending:
    """A look found it. Several copies are for a person to see: which one counts is not ours to say."""
    return Ending(WriteState.WRITTEN, COPIES if copies > 1 else None, receipt, confirmed_at=now)


def not_found(look: Look, attempts: int, now: datetime) -> Ending:
    """A look found nothing, as those before it: look again, or else it was not done.

    What the other system said it wrote, and has not, is written once more; then a person has to ask there.
    What it never said is tried as what failed.
    """
    said_so = look.state is WriteState.WRITTEN
    waits = LOOKS_FOR_RECEIPT if said_so else LOOKS_AFTER_SILENCE
    if look.before + 1 < len(waits):
        again = now + waits[look.before + 1]
        return Ending(look.state, look.error, look.receipt, look_at=again, looks=look.before + 1)
    if not said_so:
        return failed(look.error, max(attempts, 1), now)
    if attempts >= MOST_VAIN:
        return Ending(WriteState.GIVEN_UP, NOT_STORED)
    return Ending(WriteState.PENDING, NOT_STORED, due_at=now)


def unseen(
    look: Look, error: str, now: datetime, asked_for: datetime | None = None, *, may_pass: bool
) -> Ending:
    """A look failed, which says nothing of whether it is there: looked for later, where that may help."""
    wait = UNSEEN_WAITS[min(look.before, len(UNSEEN_WAITS) - 1)]
    again = _not_before(now + wait, asked_for) if may_pass else None
    return Ending(look.state, error, look.receipt, look_at=again, looks=look.before)


def _not_before(soonest: datetime, asked_for: datetime | None) -> datetime:
    return max(soonest, asked_for or soonest)
