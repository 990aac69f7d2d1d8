"""What happened in a call, as a function of the set of events by their inner times."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from app.visits.states import MeetingState, Presence


class FactKind(StrEnum):
    """What a video vendor can tell of a call or of one person's connection to it."""

    STARTED = "started"
    ENDED = "ended"
    WAITING = "waiting"
    ADMITTED = "admitted"
    JOINED = "joined"
    PUT_BACK = "put_back"
    LEFT_WAITING = "left_waiting"
    LEFT = "left"
    SEEN = "seen"  # by a poll, and where they were known to be; never told, never kept


# Zoom's inner times have whole seconds, so facts of one connection may share one: then the millisecond at
# which each was told orders them, and where that is the same too, this rank does.
_RANK = {
    FactKind.STARTED: 0,
    FactKind.WAITING: 1,
    FactKind.ADMITTED: 2,
    FactKind.JOINED: 3,
    FactKind.LEFT_WAITING: 4,
    FactKind.LEFT: 5,
    FactKind.PUT_BACK: 6,
    FactKind.ENDED: 7,
    FactKind.SEEN: 8,
}
STANDS = {
    FactKind.WAITING: Presence.WAITING,
    FactKind.PUT_BACK: Presence.WAITING,
    FactKind.ADMITTED: Presence.IN_CALL,
    FactKind.JOINED: Presence.IN_CALL,
    FactKind.LEFT_WAITING: Presence.LEFT,
    FactKind.LEFT: Presence.LEFT,
}


@dataclass(frozen=True, order=False)
class CallFact:
    """One fact at its inner time (UTC). `connection` names one device of one person within one instance."""

    kind: FactKind
    at: datetime
    instance: str
    connection: str | None = None
    person: str | None = None
    told_ms: int = 0  # orders facts of the same second only
    derived: bool = False  # found by a poll: see `derived` for what it weighs


@dataclass(frozen=True)
class Stand:
    """Where one person stands in the call (waiting, in_call, left), since when, and when last told."""

    presence: Presence
    since: datetime
    told_at: datetime


@dataclass(frozen=True)
class Stretch:
    """Time spent in the call; `end` is None while it lasts."""

    start: datetime
    end: datetime | None


@dataclass(frozen=True)
class Instance:
    """One run of a meeting."""

    uuid: str
    started_at: datetime
    ended_at: datetime | None


def instances_of(facts: Iterable[CallFact]) -> tuple[Instance, ...]:
    """The runs of the meeting, oldest first. A run whose start was never told began with its first fact."""
    runs = []
    by_instance = sorted(facts, key=lambda fact: (fact.instance, *in_order(fact)))
    for uuid, group in groupby(by_instance, key=lambda fact: fact.instance):
        told = list(group)
        ends = [fact.at for fact in told if fact.kind is FactKind.ENDED]
        runs.append(Instance(uuid, told[0].at, max(ends) if ends else None))
    return tuple(sorted(runs, key=lambda run: (run.started_at, run.uuid)))


def meeting_state_of(facts: Collection[CallFact]) -> MeetingState:
    """ready before anything happened, live while a run lasts, idle after the last one ended."""
    runs = instances_of(facts)
    if not runs:
        return MeetingState.READY
    started = {fact.instance for fact in facts if fact.kind in (FactKind.STARTED, FactKind.JOINED)}
    if any(run.ended_at is None and run.uuid in started for run in runs):
        return MeetingState.LIVE
    return MeetingState.IDLE if started else MeetingState.READY


def stand_of(facts: Collection[CallFact], person: str) -> Stand | None:
    """Where the person stands, or None if the call never saw them. In a call on any device is in the call."""
    now = [_last_step(track) for track in _tracks(facts, person)]
    if not now:
        return None
    told_at = max(fact.at for fact in facts if fact.person == person)
    for presence in (Presence.IN_CALL, Presence.WAITING):
        since = [step.at for step in now if step.presence is presence]
        if since:
            return Stand(presence, min(since), told_at)
    left_at = max(step.at for step in now)
    return Stand(Presence.LEFT, left_at, max(told_at, left_at))


def stretches_of(facts: Collection[CallFact], person: str) -> tuple[Stretch, ...]:
    """When the person was in the call, by start."""
    found = []
    for track in _tracks(facts, person):
        start: datetime | None = None
        for step in track:
            if step.presence is Presence.IN_CALL:
                start = start or step.at
            elif start is not None:
                found.append(Stretch(start, step.at))
                start = None
        if start is not None:
            found.append(Stretch(start, None))
    return tuple(sorted(found, key=lambda stretch: stretch.start))


def in_call_now(facts: Collection[CallFact]) -> frozenset[str]:
    """Everybody who is in the call, known or not."""
    people = {fact.person for fact in facts if fact.person is not None}
    stands = {person: stand_of(facts, person) for person in people}
    return frozenset(
        person for person, stand in stands.items() if stand and stand.presence is Presence.IN_CALL
    )


def overlap_of(facts: Collection[CallFact], one: str, other: str, now: datetime) -> timedelta:
    """How long the two were in the call together, up to now where it lasts.

    Zoom's inner times have whole seconds; an event that was told within its second is known to the
    millisecond, so that a call of less than a second is one.
    """
    finer = [_to_the_millisecond(fact) for fact in facts]
    mine, theirs = (_joined_up(stretches_of(finer, person), now) for person in (one, other))
    both = (min(a_end, b_end) - max(a, b) for a, a_end in mine for b, b_end in theirs)
    return sum((time for time in both if time > timedelta(0)), timedelta(0))


def met_at(
    facts: Collection[CallFact], one: str, other: str, since: datetime | None = None
) -> datetime | None:
    """When the two were first in the call together, or None. What was over at `since` does not count."""
    ones, others = stretches_of(facts, one), stretches_of(facts, other)
    together = [
        max(mine.start, theirs.start)
        for mine in ones
        for theirs in others
        if _before(mine.start, theirs.end) and _before(theirs.start, mine.end)
        if since is None or (_before(since, mine.end) and _before(since, theirs.end))
    ]
    return min(together, default=None)


def in_order(fact: CallFact) -> tuple[datetime, int, int]:
    """What sorts facts of one connection."""
    return fact.at.replace(microsecond=0), fact.told_ms, _RANK[fact.kind]


def _to_the_millisecond(fact: CallFact) -> CallFact:
    second, milliseconds = divmod(fact.told_ms, 1000)
    if second != int(fact.at.timestamp()):
        return fact
    return replace(fact, at=fact.at.replace(microsecond=milliseconds * 1000))


def _joined_up(stretches: Iterable[Stretch], now: datetime) -> list[tuple[datetime, datetime]]:
    """Stretches of several devices as one person's time, without overlap."""
    spans: list[tuple[datetime, datetime]] = []
    for stretch in stretches:
        end = stretch.end or max(now, stretch.start)
        if spans and stretch.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((stretch.start, end))
    return spans


def _before(start: datetime, end: datetime | None) -> bool:
    return end is None or start < end


@dataclass(frozen=True)
class _Step:
    presence: Presence
    at: datetime


def _tracks(facts: Collection[CallFact], person: str) -> list[list[_Step]]:
    """One list of steps a connection, in order, closed by the end of its run."""
    ended = _ends_of(facts)
    mine = [fact for fact in facts if fact.person == person and fact.kind in STANDS]
    mine.sort(key=lambda fact: (fact.instance, fact.connection or "", *in_order(fact)))
    tracks = []
    for (instance, connection), group in groupby(mine, key=lambda f: (f.instance, f.connection)):
        told = list(group)
        track = [_Step(STANDS[fact.kind], fact.at) for fact in told]
        closed_at = ended.get(instance) or _handed_over_at(mine, told[-1], connection)
        if closed_at is not None and track[-1].presence is not Presence.LEFT:
            track = [step for step in track if step.at <= closed_at] + [_Step(Presence.LEFT, closed_at)]
        tracks.append(track)
    return tracks


def _ends_of(facts: Iterable[CallFact]) -> dict[str, datetime]:
    """When each run ended that did, by its instance."""
    ends: dict[str, datetime] = {}
    for fact in facts:
        if fact.kind is FactKind.ENDED:
            ends[fact.instance] = max(fact.at, ends.get(fact.instance, fact.at))
    return ends


def _handed_over_at(mine: list[CallFact], last: CallFact, connection: str | None) -> datetime | None:
    """Zoom may give a person admitted from the waiting room a new connection key in the main room."""
    if last.kind is not FactKind.ADMITTED:
        return None
    later = [
        fact.at
        for fact in mine
        if fact.kind is FactKind.JOINED and fact.instance == last.instance and fact.connection != connection
        if fact.at >= last.at
    ]
    return min(later, default=None)


def _last_step(track: list[_Step]) -> _Step:
    """The last step, dated by the begin of its uninterrupted stretch."""
    last = track[-1]
    since = last.at
    for step in reversed(track):
        if step.presence is not last.presence:
            break
        since = step.at
    return _Step(last.presence, since)
