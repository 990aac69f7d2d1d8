"""Why somebody was not told: what came late, or never, and when nobody looked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.visits.states import WAITS, Presence, PresenceSource

Span = tuple[datetime, datetime]
# Less is nothing that anybody noticed.
LATE = timedelta(seconds=30)
READ_LATE = timedelta(seconds=10)
# Pages are noted once a minute.
UNLOOKED = timedelta(minutes=1, seconds=30)
OF_THE_CALL = (PresenceSource.ZOOM, PresenceSource.POLL)
ON_THE_WAY = timedelta(minutes=2)


class Why(StrEnum):
    """What stood between somebody's coming and the clinic's knowing."""

    WORD_LATE = "word_late"  # the video service told late
    READ_LATE = "read_late"  # it told in time, and we read it late
    NOT_READ = "not_read"  # it told, and we could not read it
    ASKED = "asked"  # nobody told; we found it by asking
    NO_PAGE = "no_page"  # no page of anybody who may see the visit was open
    NOT_SHOWN = "not_shown"  # a page was open, and of nobody who may act, or it was not in sight
    PAGE_ONLY = "page_only"  # our page knew of it, the video service never told


@dataclass(frozen=True)
class Moment:
    """Somebody's presence, or that a page showed it (`presence` None)."""

    person: str
    at: datetime
    known_at: datetime
    presence: Presence | None = None
    source: PresenceSource | None = None


@dataclass(frozen=True)
class Word:
    """A delivery: when it happened by the vendor, when it came, when it was read, and what came of it."""

    event: str
    happened_at: datetime | None
    received_at: datetime
    read_at: datetime | None
    is_unread: bool  # it could not be read, or not yet


@dataclass(frozen=True)
class Wait:
    """One stay of a person who waits for the clinic: from coming until they went in or away."""

    person: str
    came_at: datetime
    known_at: datetime
    told_at: datetime | None
    over_at: datetime | None
    on_the_way_since: datetime | None
    zoom_told: bool
    asked: tuple[Span, ...]  # what was found by asking: when it was so, and when it was found


@dataclass(frozen=True)
class Reason:
    """One reason, and the time that it stands for. `event`: of a delivery."""

    why: Why
    start: datetime
    end: datetime
    person: str | None = None
    event: str = ""

    @property
    def length(self) -> timedelta:
        """How much it cost."""
        return self.end - self.start


def waits_of(moments: Iterable[Moment]) -> tuple[Wait, ...]:
    """Everybody's waits, in the order in which they began."""
    people: dict[str, list[Moment]] = {}
    for moment in moments:
        people.setdefault(moment.person, []).append(moment)
    found = (wait for mine in people.values() for wait in _waits(mine))
    return tuple(sorted(found, key=lambda wait: wait.known_at))


def reasons(
    waits: Iterable[Wait], words: Iterable[Word], pages: Sequence[Span], now: datetime
) -> tuple[Reason, ...]:
    """All of them, by the time at which they begin."""
    found = [reason for word in words for reason in _of_word(word, now)]
    found += [reason for wait in waits for reason in _of_wait(wait, pages, now)]
    return tuple(sorted(found, key=lambda reason: (reason.start, reason.why)))


def uncovered(start: datetime, end: datetime, spans: Iterable[Span]) -> Iterator[Span]:
    """The parts of the time that none of the spans covers."""
    for began, until in sorted(spans):
        if began > start and start < end:
            yield start, min(began, end)
        start = max(start, until)
    if start < end:
        yield start, end


def _waits(mine: Iterable[Moment]) -> Iterator[Wait]:
    stay: list[Moment] = []
    for one in mine:
        if one.presence in WAITS or (stay and one.presence is None):
            stay.append(one)
        elif stay and one.presence is not None:
            yield _wait(stay, one)
            stay = []
    if stay:
        yield _wait(stay, None)


def _wait(stay: Sequence[Moment], end: Moment | None) -> Wait:
    all_of_it = (*stay, *((end,) if end else ()))
    on_the_way = (one.at for one in stay if one.presence is Presence.ON_THE_WAY)
    return Wait(
        person=stay[0].person,
        came_at=stay[0].at,
        known_at=stay[0].known_at,
        told_at=next((one.at for one in stay if one.presence is None), None),
        over_at=end.known_at if end else None,
        on_the_way_since=next(on_the_way, None),
        zoom_told=any(one.source in OF_THE_CALL for one in all_of_it),
        asked=tuple((one.at, one.known_at) for one in all_of_it if one.source is PresenceSource.POLL),
    )


def _of_word(word: Word, now: datetime) -> Iterator[Reason]:
    if word.happened_at is not None and word.received_at - word.happened_at >= LATE:
        yield Reason(Why.WORD_LATE, word.happened_at, word.received_at, event=word.event)
    if word.is_unread:
        yield Reason(Why.NOT_READ, word.received_at, max(now, word.received_at), event=word.event)
    elif word.read_at is not None and word.read_at - word.received_at >= READ_LATE:
        yield Reason(Why.READ_LATE, word.received_at, word.read_at, event=word.event)


def _of_wait(wait: Wait, pages: Sequence[Span], now: datetime) -> Iterator[Reason]:
    for at, found_at in wait.asked:
        if found_at - at >= LATE:
            yield Reason(Why.ASKED, at, found_at, wait.person)
    end = min(one for one in (wait.told_at, wait.over_at, max(now, wait.known_at)) if one is not None)
    alone = [span for span in uncovered(wait.known_at, end, pages) if span[1] - span[0] >= UNLOOKED]
    for start, until in alone:
        yield Reason(Why.NO_PAGE, start, until, wait.person)
    seen = [span for span in uncovered(wait.known_at, end, alone) if span[1] - span[0] >= UNLOOKED]
    for start, until in seen:
        yield Reason(Why.NOT_SHOWN, start, until, wait.person)
    over = wait.over_at or max(now, wait.known_at)
    if wait.on_the_way_since and not wait.zoom_told and over - wait.on_the_way_since >= ON_THE_WAY:
        yield Reason(Why.PAGE_ONLY, wait.on_the_way_since, over, wait.person)
