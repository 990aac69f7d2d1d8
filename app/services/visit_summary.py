"""Who was in a visit and when, for the Finish page and the note."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from app.errors.visit import VisitUnknown
from app.models import Meeting, Visit
from app.ports import Rooms
from app.services.note_recording import RecordingSummary, recording_summary
from app.services.refresh_presence import name_in_facts
from app.store.call_notes import notes_of_visit
from app.store.facts import HOST, STRANGER, facts_of_visit
from app.store.meetings import meetings_of
from app.store.people import patients_side
from app.store.visits import find_visit
from app.visits.call import CallFact, FactKind, Stretch, in_call_now, overlap_of, stretches_of
from app.visits.notes import troubles_of
from app.visits.states import MeetingState, Role, VisitState

WAITING = frozenset({FactKind.WAITING, FactKind.PUT_BACK})


@dataclass(frozen=True)
class PersonSummary:
    """One person's time in the call, UTC. `role` is None for somebody who matches nobody we know."""

    participant_id: str | None
    role: Role | None
    name: str
    stretches: tuple[Stretch, ...]
    in_call: bool
    waited: bool = False  # in the waiting room at some time

    @property
    def first(self) -> datetime | None:
        """When they first came in."""
        return self.stretches[0].start if self.stretches else None

    @property
    def last(self) -> datetime | None:
        """When they last left; None if they never came, or are there still."""
        ends = [stretch.end for stretch in self.stretches]
        known = [end for end in ends if end is not None]
        return max(known) if known and len(known) == len(ends) else None


@dataclass(frozen=True)
class ServiceUsed:
    """A video service that had a meeting of the visit. `tells`: it can say who was in the call."""

    title: str
    since: datetime
    tells: bool


@dataclass(frozen=True)
class VisitSummary:
    """The call as far as it is known. `together` is the time that host and patient had with each other."""

    visit_id: str
    state: VisitState
    planned_start: datetime
    time_zone: str
    people: tuple[PersonSummary, ...]
    first: datetime | None
    last: datetime | None
    together: timedelta
    modality: Literal["video", "none"]
    interpreter_needed: bool = False  # by the chart
    services: tuple[ServiceUsed, ...] = ()  # the first one first
    recording: RecordingSummary | None = None
    troubles: tuple[str, ...] = ()  # what the service said of the call's quality, as `visits.notes` words it

    @property
    def is_untold(self) -> bool:
        """Some of the call was at a service that does not tell who was in it."""
        return not all(service.tells for service in self.services)

    @property
    def others_in_call(self) -> tuple[PersonSummary, ...]:
        """Who would be cut off if the call were ended for everyone."""
        return tuple(person for person in self.people if person.in_call and person.role is not Role.HOST)


def summary_of(rooms: Rooms, visit_id: str) -> VisitSummary:
    """The visit so far, by what the call told. Raises VisitUnknown."""
    with rooms.db.read() as tx:
        visit = find_visit(tx, visit_id)
        if visit is None:
            raise VisitUnknown
        facts = facts_of_visit(tx, visit_id)
        meetings = meetings_of(tx, visit_id)
        recording = recording_summary(rooms, tx, visit)
        notes = notes_of_visit(tx, visit_id)
    people = (*_known(visit, facts), *_strangers(visit, facts))
    together = _together(visit, facts, visit.closed_at or rooms.clock.now())
    return VisitSummary(
        visit_id=visit.id,
        state=VisitState(visit.state),
        planned_start=visit.start,
        time_zone=visit.time_zone,
        people=people,
        first=min((person.first for person in people if person.first), default=None),
        last=_last(people),
        together=together,
        modality="video" if together else "none",
        interpreter_needed=bool(visit.interpreter_needed),
        services=tuple(_services(rooms, meetings)),
        recording=recording,
        troubles=troubles_of(notes),
    )


def _services(rooms: Rooms, meetings: Iterable[Meeting]) -> Iterable[ServiceUsed]:
    last = None
    for meeting in meetings:
        video = next((one for one in rooms.videos if one.vendor == meeting.vendor), None)
        if meeting.room_id is None or meeting.state == MeetingState.FAILED or meeting.vendor == last:
            continue
        last = meeting.vendor
        title = video.title if video else meeting.vendor
        yield ServiceUsed(title, meeting.created_at, video.tells_of_calls if video else False)


def _known(visit: Visit, facts: Collection[CallFact]) -> Iterable[PersonSummary]:
    present = in_call_now(facts)
    for person in visit.people:
        name = name_in_facts(person)
        stretches = _until(visit.closed_at, stretches_of(facts, name))
        waited = any(fact.person == name and fact.kind in WAITING for fact in facts)
        yield PersonSummary(person.id, Role(person.role), person.name, stretches, name in present, waited)


def _strangers(visit: Visit, facts: Collection[CallFact]) -> Iterable[PersonSummary]:
    present = in_call_now(facts)
    names = {fact.person for fact in facts if fact.person and fact.person.startswith(STRANGER)}
    for name in sorted(names):
        stretches = _until(visit.closed_at, stretches_of(facts, name))
        if stretches:
            yield PersonSummary(None, None, "", stretches, name in present)


def _until(closed_at: datetime | None, stretches: tuple[Stretch, ...]) -> tuple[Stretch, ...]:
    """Where the end of the call was never told, a closed visit's time in it ends with the visit."""
    if closed_at is None:
        return stretches
    return tuple(replace(one, end=max(one.start, closed_at)) if one.end is None else one for one in stretches)


def _last(people: Iterable[PersonSummary]) -> datetime | None:
    came = [person for person in people if person.stretches]
    ends = [person.last for person in came if person.last]
    return max(ends) if ends and len(ends) == len(came) else None


def _together(visit: Visit, facts: Collection[CallFact], now: datetime) -> timedelta:
    found = (overlap_of(facts, HOST, person.id, now) for person in patients_side(visit))
    return max(found, default=timedelta(0))
