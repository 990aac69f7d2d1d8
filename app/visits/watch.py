"""Which calls are worth a look, and how soon."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.visits.states import UNFINISHED, MeetingState, VisitState

# Whoever pressed Start or Join should be somewhere by then.
MOVING_FOR = timedelta(minutes=15)
# A visit that nobody closed is looked at for so long after its slot and its last movement.
LINGERS_FOR = timedelta(hours=4)
# One that is closed, though nobody ever told that its call began, for so long.
MISSED_FOR = timedelta(hours=24)
SLOWER, RARER = 6, 40
# The last tenth of a day's calls is kept for looks that are far between.
SPARED = 10
# A call may have been held in visits that ended so.
MET = {VisitState.FINISHED, VisitState.NO_SHOW}


class Pace(StrEnum):
    """FAST: somebody should be moving. SLOW: somebody may come back. NONE: nothing is expected.

    RARE: all is over, and what was may have been missed.
    """

    FAST = "fast"
    SLOW = "slow"
    RARE = "rare"
    NONE = "none"


@dataclass(frozen=True)
class Scene:
    """A meeting and the visits that it serves. `moved_at`: the last Start, Join click or end of a run."""

    meeting: MeetingState
    visits: Collection[VisitState]
    over_at: datetime
    moved_at: datetime | None = None
    somebody_waits: bool = False


def pace_of(scene: Scene, now: datetime) -> Pace:
    """How closely the call is to be watched."""
    unfinished = UNFINISHED.intersection(scene.visits)
    if scene.meeting is MeetingState.LIVE:
        return Pace.FAST if unfinished else Pace.SLOW
    moving = scene.moved_at is not None and now < scene.moved_at + MOVING_FOR
    if unfinished and moving:
        return Pace.FAST
    last = max(scene.over_at, scene.moved_at or scene.over_at)
    if not unfinished - {VisitState.PLANNED}:
        was_missed = scene.meeting is MeetingState.READY and MET.intersection(scene.visits)
        return Pace.RARE if was_missed and now < last + MISSED_FOR else Pace.NONE
    if now >= last + LINGERS_FOR:
        return Pace.NONE
    return Pace.FAST if scene.somebody_waits else Pace.SLOW


def next_look_at(
    pace: Pace, every: timedelta, asked_at: datetime | None, word_at: datetime | None
) -> datetime | None:
    """When to look: that long after the last look, or after the vendor's last own word; None: at once."""
    if pace is Pace.FAST:
        last = [moment for moment in (asked_at, word_at) if moment is not None]
        return max(last) + every if last else None
    rests = RARER if pace is Pace.RARE else SLOWER
    return asked_at + rests * every if asked_at else None


def affordable(pace: Pace, spent: int, budget: int) -> Pace:
    """The pace that the day's calls allow."""
    if spent >= budget:
        return Pace.NONE
    return Pace.SLOW if pace is Pace.FAST and spent >= budget - budget // SPARED else pace
