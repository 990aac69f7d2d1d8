"""What a look at a call adds to what is known of it: derived facts, and only where the two differ."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.visits.call import STANDS, CallFact, FactKind, Stand, instances_of, stand_of
from app.visits.states import Presence

# A list that somebody keeps of a call may lag behind its events by so much.
LAG = timedelta(seconds=10)
# Two words about the same step differ by no more.
ROUNDING = timedelta(seconds=2)
ARRIVES = {Presence.WAITING: FactKind.WAITING, Presence.IN_CALL: FactKind.JOINED}


@dataclass(frozen=True)
class Sighting:
    """One person, as facts name them, in one place of the call (UTC). `until` None: they are still there."""

    person: str
    waiting: bool
    since: datetime | None
    until: datetime | None

    @property
    def place(self) -> Presence:
        """The waiting room, or the call."""
        return Presence.WAITING if self.waiting else Presence.IN_CALL


def call_seen(known: Collection[CallFact], instance: str | None, live: bool, at: datetime) -> list[CallFact]:
    """A look that told whether a call is under way: it began, or every run that was open is over."""
    under_way = runs_under_way(known)
    if live:
        return [] if instance is None or instance in under_way else [_derived(FactKind.STARTED, at, instance)]
    # What was told a moment ago is newer than the answer may be.
    fresh = {fact.instance for fact in known if not fact.derived and fact.at > at - LAG}
    return [_derived(FactKind.ENDED, at, run) for run in under_way if run not in fresh]


def runs_under_way(known: Collection[CallFact]) -> tuple[str, ...]:
    """The runs that began and have not ended, oldest first."""
    begun = {fact.instance for fact in known if fact.kind in (FactKind.STARTED, FactKind.JOINED)}
    return tuple(run.uuid for run in instances_of(known) if run.ended_at is None and run.uuid in begun)


def people_seen(
    known: Collection[CallFact], instance: str, sightings: Sequence[Sighting], at: datetime
) -> list[CallFact]:
    """A look that told who is in a run: what it says of everybody, where they were not known to be there."""
    of_run = [fact for fact in known if fact.instance == instance]
    found = _by_person(sightings)
    there = {fact.person for fact in of_run if fact.person is not None and fact.kind in STANDS}
    # The list may lag behind what was told a moment ago.
    fresh = {fact.person for fact in of_run if not fact.derived and fact.at > at - LAG}
    return [
        fact
        for person in sorted((there | set(found)) - fresh)
        for fact in _person_seen(stand_of(of_run, person), instance, person, found.get(person, ()), at)
    ]


def run_seen(
    known: Collection[CallFact],
    instance: str,
    sightings: Iterable[Sighting],
    started_at: datetime | None,
    ended_at: datetime | None,
) -> list[CallFact]:
    """A record of a run that is over: its begin and end, and everybody's steps that nobody told of."""
    of_run = [fact for fact in known if fact.instance == instance]
    steps = [
        _derived(kind, at, instance, person)
        for person, mine in sorted(_by_person(sightings).items())
        for kind, at in _steps(mine)
        if not _told(of_run, person, STANDS[kind], at)
    ]
    bounds = ((FactKind.STARTED, started_at), (FactKind.ENDED, ended_at))
    told = {fact.kind for fact in of_run if not fact.derived}
    return steps + [_derived(kind, at, instance) for kind, at in bounds if at and kind not in told]


def is_whole(known: Collection[CallFact], instance: str) -> bool:
    """Whether a run that is over was told from its start to its end, nothing derived, nobody half."""
    told = [fact for fact in known if fact.instance == instance]
    kinds = {fact.kind for fact in told if not fact.derived}
    if any(fact.derived for fact in told) or not {FactKind.STARTED, FactKind.ENDED} <= kinds:
        return False
    people = {fact.person for fact in told if fact.person is not None}
    return bool(people) and all(_came_and_went(told, person) for person in people)


def _came_and_went(told: Collection[CallFact], person: str) -> bool:
    kinds = {fact.kind for fact in told if fact.person == person}
    in_call, waited = FactKind.JOINED in kinds, FactKind.WAITING in kinds
    if in_call:
        return FactKind.LEFT in kinds
    return waited and bool(kinds & {FactKind.LEFT_WAITING, FactKind.LEFT})


def _person_seen(
    stand: Stand | None, instance: str, person: str, mine: Sequence[Sighting], at: datetime
) -> Iterator[CallFact]:
    told_at = stand.told_at if stand else None
    now = [one for one in mine if one.until is None]
    if not now:
        yield from _gone(stand, instance, person, mine, at)
        return
    inside = [one for one in now if not one.waiting] or now
    since = max((one.since for one in inside if one.since is not None), default=None)
    is_new = since is not None and (told_at is None or since > told_at + ROUNDING)
    if stand is None or stand.presence is not inside[0].place or is_new:
        when = since if is_new and since is not None else at
        yield _derived(ARRIVES[inside[0].place], when, instance, person)


def _gone(
    stand: Stand | None, instance: str, person: str, mine: Sequence[Sighting], at: datetime
) -> Iterator[CallFact]:
    """Who was there and is not listed any more, or is listed with the time at which they went."""
    told_at = stand.told_at if stand else None
    unheard = [one for one in mine if one.since and (told_at is None or one.since > told_at + ROUNDING)]
    if unheard:
        yield from (_derived(kind, when, instance, person) for kind, when in _steps(unheard))
    elif stand is not None and stand.presence is not Presence.LEFT:
        ends = [one.until for one in mine if one.until is not None and one.until > stand.told_at]
        yield _derived(FactKind.LEFT, max(ends, default=at), instance, person)


def _steps(mine: Iterable[Sighting]) -> Iterator[tuple[FactKind, datetime]]:
    """One person's way through the places, from one change to the next."""
    stays = [one for one in mine if one.since is not None]
    times = sorted({moment for one in stays for moment in (one.since, one.until) if moment is not None})
    before = Presence.LEFT
    for moment in times:
        place = _place_at(stays, moment)
        if place is before or (place is Presence.LEFT and _place_at(stays, moment + ROUNDING) is not place):
            continue
        yield ARRIVES.get(place, FactKind.LEFT), moment
        before = place


def _place_at(stays: Iterable[Sighting], moment: datetime) -> Presence:
    there = {
        one.place
        for one in stays
        if one.since is not None and one.since <= moment and (one.until is None or moment < one.until)
    }
    return next((place for place in (Presence.IN_CALL, Presence.WAITING) if place in there), Presence.LEFT)


def _told(known: Iterable[CallFact], person: str, place: Presence, at: datetime) -> bool:
    return any(
        STANDS.get(fact.kind) is place and abs(fact.at - at) <= ROUNDING
        for fact in known
        if fact.person == person and not fact.derived
    )


def _by_person(sightings: Iterable[Sighting]) -> Mapping[str, list[Sighting]]:
    found: dict[str, list[Sighting]] = defaultdict(list)
    for one in sightings:
        found[one.person].append(one)
    return found


def _derived(kind: FactKind, at: datetime, instance: str, person: str | None = None) -> CallFact:
    return CallFact(kind, at.replace(microsecond=0), instance, None, person, derived=True)
