"""What the patient's link opens at this moment, and when Start is possible."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.visits.states import GONE, UNFINISHED, Presence, VisitState

START_BEFORE = timedelta(minutes=60)
NO_SHOW_AFTER = timedelta(minutes=15)


class Door(StrEnum):
    """What the patient's page says. One word a page."""

    TOO_EARLY = "too_early"
    WAIT = "wait"
    TOLD = "told"
    JOIN = "join"
    ON_THE_WAY = "on_the_way"
    IN_CALL = "in_call"
    HELD = "held"
    DROPPED = "dropped"
    PROVIDER_LEFT = "provider_left"
    FINISHED = "finished"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    TAKEN_BACK = "taken_back"
    OVER = "over"


JOIN_DOORS = frozenset(
    {Door.JOIN, Door.ON_THE_WAY, Door.IN_CALL, Door.HELD, Door.DROPPED, Door.PROVIDER_LEFT}
)
# Whoever looks at these is not here.
NOBODYS_DOORS = frozenset({Door.TAKEN_BACK, Door.OVER})
CLOSED_DOORS = {
    VisitState.FINISHED: Door.FINISHED,
    VisitState.NO_SHOW: Door.NO_SHOW,
    VisitState.CANCELLED: Door.CANCELLED,
    VisitState.ENTERED_IN_ERROR: Door.CANCELLED,
}


@dataclass(frozen=True)
class Slot:
    """When a visit is planned (UTC)."""

    start: datetime
    minutes: int

    @property
    def end(self) -> datetime:
        """When it is planned to end."""
        return self.start + timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Hall:
    """What decides the door: the visit, its slot, where its person and the host are, and who was told.

    `patient` is whoever stands before the door. `ends_at`: when an invited person's link ends.
    """

    state: VisitState
    slot: Slot
    patient: Presence
    host: Presence
    told: bool
    patient_was_in_call: bool = False
    host_was_in_call: bool = False
    put_back: bool = False
    taken_back: bool = False
    ends_at: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        """Whether an invited person's link has ended. A call that lasts over midnight may be come back to."""
        return self.ends_at is not None and now >= self.ends_at and self.host is not Presence.IN_CALL


def link_ends_at(slot: Slot, zone: ZoneInfo) -> datetime:
    """When the links of invited people end: at midnight after the visit, in the clinic's zone."""
    next_day = slot.end.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(next_day, time(), zone).astimezone(UTC)


def door_of(hall: Hall, now: datetime, early_minutes: int, room_from_minutes: int | None) -> Door:
    """The page that is right at this moment. Lateness never closes it; only an act or the chart does."""
    if hall.taken_back:
        return Door.TAKEN_BACK
    if hall.is_over(now):
        return Door.OVER
    if hall.state in CLOSED_DOORS:
        return CLOSED_DOORS[hall.state]
    if hall.state is VisitState.PLANNED:
        return _before_start(hall, now, early_minutes, room_from_minutes)
    return _while_open(hall)


def join_is_offered(hall: Hall, now: datetime, early_minutes: int, room_from_minutes: int | None) -> bool:
    """Whether a Join click opens the meeting now."""
    return door_of(hall, now, early_minutes, room_from_minutes) in JOIN_DOORS


def start_is_possible(state: VisitState, slot: Slot, zone: ZoneInfo, now: datetime) -> bool:
    """From an hour before the slot to the end of its day in the clinic's zone, or of a slot over midnight.

    Once begun it goes on until somebody closes it: a visit may overrun midnight.
    """
    if state not in UNFINISHED or now < slot.start - START_BEFORE:
        return False
    if state is not VisitState.PLANNED:
        return True
    day = slot.start.astimezone(zone).date()
    return now.astimezone(zone).date() <= day or now < slot.start + timedelta(minutes=slot.minutes)


def no_show_is_offered(state: VisitState, slot: Slot, patient_was_here: bool, now: datetime) -> bool:
    """A quarter of an hour after the slot, if the patient was never here."""
    return state in UNFINISHED and not patient_was_here and now >= slot.start + NO_SHOW_AFTER


def _before_start(hall: Hall, now: datetime, early_minutes: int, room_from: int | None) -> Door:
    if now < hall.slot.start - timedelta(minutes=early_minutes):
        return Door.TOO_EARLY
    if room_from is not None and now >= hall.slot.start - timedelta(minutes=room_from):
        return _while_open(hall)
    return Door.TOLD if hall.told else Door.WAIT


def _while_open(hall: Hall) -> Door:
    if hall.patient is Presence.ON_THE_WAY:
        return Door.ON_THE_WAY
    if hall.put_back:
        return Door.HELD
    if hall.patient in (Presence.WAITING, Presence.IN_CALL):
        return Door.IN_CALL
    if hall.host in GONE and hall.host_was_in_call:
        return Door.PROVIDER_LEFT
    return Door.DROPPED if hall.patient_was_in_call else Door.JOIN
