"""Kept deliveries become facts of calls, and they become presence and states, in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import structlog

from app.models import Meeting
from app.ports import HostNews, NoteTold, RecordingNews, Rooms, Told
from app.services.keep_recording import keep_recording
from app.services.recognize import who_is
from app.services.refresh_meeting import refresh_meetings
from app.services.ring import Telling, telling
from app.services.take_notes import Noting, name_phones, take_notes
from app.store.directory import note_news
from app.store.facts import FactToKeep, keep_facts
from app.store.inbox import Delivery, ReadDelivery, mark_read, take
from app.store.meetings import KnownGuest, guests_of, hold_meetings_in_rooms

log = structlog.get_logger()
Effect = Literal["applied", "repeated", "unknown_meeting", "no_facts", "unreadable"]
# The vendor's name and its id of a meeting.
Place = tuple[str, str]


@dataclass
class _Reading:
    """A delivery under way: what it tells, and what came of it so far."""

    delivery: Delivery
    facts: Sequence[Told]
    effect: Effect
    news: HostNews | None = None
    unknown_room: str | None = None
    recording: RecordingNews | None = None
    notes: Sequence[NoteTold] = ()

    @property
    def all_places(self) -> list[Place]:
        """The same, and of which recorded meeting."""
        recorded = [(self.delivery.vendor, self.recording.room_id)] if self.recording else []
        return self.places + recorded

    @property
    def places(self) -> list[Place]:
        """Of which meetings it tells."""
        return [(self.delivery.vendor, one.room_id) for one in (*self.facts, *self.notes)]


def project(rooms: Rooms, seq: int) -> Effect | None:
    """Apply one delivery and mark it read. None if somebody else reads it or has read it."""
    return project_together(rooms, (seq,)).get(seq)


def project_together(rooms: Rooms, seqs: Sequence[int]) -> Mapping[int, Effect]:
    """Apply the deliveries and mark them read, but for those that somebody else reads or has read.

    State follows from the set of facts by their inner times, whatever the order of arrival. One that fails
    fails all: nothing is marked, and its error is raised.
    """
    with telling(rooms) as told:
        readings = [_open(rooms, delivery) for delivery in take(told.tx, seqs)]
        _note_news(told, readings)
        meetings = _hold_meetings(told, readings)
        _keep_recordings(rooms, told, readings, meetings)
        facts = _recognize(told, readings, meetings)
        changed = _note_effects(readings, facts, keep_facts(told.tx, facts))
        changed |= _take_notes(rooms, told, readings, meetings, facts)
        refresh_meetings(
            told, {meeting: changed[meeting.id] for meeting in meetings.values() if meeting.id in changed}
        )
        read = (ReadDelivery(one.delivery.seq, one.effect, one.unknown_room) for one in readings)
        mark_read(told.tx, read, told.now)
    return {one.delivery.seq: one.effect for one in readings}


def _open(rooms: Rooms, delivery: Delivery) -> _Reading:
    try:
        body, video = delivery.body.encode(), rooms.video_of(delivery.vendor)
        facts, news = video.facts(body), video.host_news(body)
        recording = video.recording_news(body)
        # Few events are for noting: the others are not parsed once more.
        notes = () if facts or news else video.notes(body)
    except Exception as fault:
        # A delivery that our reader chokes on must not hold up those behind it.
        log.warning("delivery_unreadable", error=type(fault).__name__)
        return _Reading(delivery, (), "unreadable")
    effect: Effect = "repeated" if facts or recording or notes else "no_facts"
    return _Reading(delivery, facts, effect, news, recording=recording, notes=notes)


def _take_notes(
    rooms: Rooms,
    told: Telling,
    readings: Iterable[_Reading],
    meetings: Mapping[Place, Meeting],
    facts: Iterable[FactToKeep],
) -> dict[str, int]:
    """Keep what is told beside facts. Answers in which meetings people are known better by it."""
    noting = [
        Noting(meetings[place], note, one.delivery)
        for one in readings
        for place, note in zip(one.places, one.notes, strict=False)
        if one.notes and place in meetings
    ]
    nameless = {
        fact.meeting_id: told.began_ms for fact in facts if fact.person is None and fact.told.connection
    }
    if not noting and not nameless:
        return {}
    new = take_notes(rooms, told, noting)
    for one in readings:
        if one.delivery.seq in new:
            one.effect = "applied"
    return name_phones(told, {note.meeting.id: note.delivery.received_ms for note in noting} | nameless)


def _note_news(told: Telling, readings: Iterable[_Reading]) -> None:
    """Of users, in an order that all transactions share and ahead of meetings and visits."""
    news = [(one, one.news) for one in readings if one.news is not None]
    for one, about in sorted(news, key=lambda pair: (pair[1].host_id, pair[1].told_ms)):
        if note_news(told.tx, one.delivery.vendor, about, told.now):
            one.effect = "applied"


def _hold_meetings(told: Telling, readings: Iterable[_Reading]) -> Mapping[Place, Meeting]:
    rooms_of: dict[str, set[str]] = defaultdict(set)
    for vendor, room_id in (place for one in readings for place in one.all_places):
        rooms_of[vendor].add(room_id)
    return {
        (vendor, room_id): meeting
        for vendor, room_ids in sorted(rooms_of.items())
        for room_id, meeting in hold_meetings_in_rooms(told.tx, vendor, room_ids).items()
    }


def _keep_recordings(
    rooms: Rooms, told: Telling, readings: Iterable[_Reading], meetings: Mapping[Place, Meeting]
) -> None:
    """Of meetings that are known, ahead of their visits; others are read again once they are."""
    for one in readings:
        if one.recording is None:
            continue
        meeting = meetings.get((one.delivery.vendor, one.recording.room_id))
        if meeting is None:
            one.effect, one.unknown_room = "unknown_meeting", one.recording.room_id
        elif keep_recording(rooms, told, meeting, one.recording):
            one.effect = "applied"


def _recognize(
    told: Telling, readings: Iterable[_Reading], meetings: Mapping[Place, Meeting]
) -> list[FactToKeep]:
    """The facts with their meeting and their person. A delivery of a meeting that nobody knows tells none."""
    guests: dict[str, list[KnownGuest]] = defaultdict(list)
    for guest in guests_of(told.tx, [meeting.id for meeting in meetings.values()]):
        guests[guest.meeting_id].append(guest)
    found = []
    for one in readings:
        unknown = [room_id for vendor, room_id in one.places if (vendor, room_id) not in meetings]
        if unknown:
            one.effect, one.unknown_room = "unknown_meeting", unknown[0]
            continue
        for place, fact in zip(one.places, one.facts, strict=False):
            meeting = meetings[place]
            person = who_is(meeting, guests[meeting.id], fact, fact.host_id)
            found.append(FactToKeep(meeting.id, fact, person, one.delivery.seq))
    return found


def _note_effects(
    readings: Iterable[_Reading], facts: Iterable[FactToKeep], new: frozenset[str]
) -> dict[str, int]:
    """Whoever told a new fact first was applied. Answers which meetings changed, and when word of it came."""
    by_seq, left = {one.delivery.seq: one for one in readings}, set(new)
    changed: dict[str, int] = {}
    for fact in facts:
        if fact.key in left:
            left.remove(fact.key)
            one = by_seq[fact.inbox_seq]
            one.effect = "applied"
            changed.setdefault(fact.meeting_id, one.delivery.received_ms)
    return changed
