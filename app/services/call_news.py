"""What was told of a visit's call beside who is in it, as pages show it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.orm import Session

from app.store.call_notes import notes_of_visit
from app.store.facts import HOST, facts_of_visit
from app.store.meetings import active_meeting, meetings_of
from app.visits.call import in_call_now
from app.visits.notes import CallNote, NoteKind, Recording, in_turn, recording_now, roles_now
from app.visits.observed import runs_under_way
from app.visits.states import MeetingState, Role

# Trouble of before is in the note; a notice of it would only worry.
TROUBLE_LASTS = timedelta(minutes=10)


class InVisit(Protocol):
    """Somebody of the visit."""

    @property
    def id(self) -> str: ...
    @property
    def role(self) -> Role: ...


@dataclass(frozen=True)
class Trouble:
    """What the service said of the call's quality, whose trouble it is if it said so, and when (UTC)."""

    words: tuple[str, ...]
    person: str | None
    at: datetime


@dataclass(frozen=True)
class DeviceTest:
    """How somebody's devices did: words by device."""

    results: Mapping[str, str]
    person: str | None
    at: datetime


@dataclass(frozen=True)
class CallNews:
    """`lost`: the meeting was deleted or changed in the service by somebody, and none stands in its place."""

    trouble: Trouble | None = None
    tests: tuple[DeviceTest, ...] = ()
    recording: Recording | None = None
    roles: Mapping[str, str] = field(default_factory=dict)
    lost: str | None = None

    def role_of(self, person: InVisit) -> str | None:
        """Whether this person hosts, or helps to host, by another's word than the visit's."""
        if person.role is Role.HOST:
            return self.roles.get(HOST) if self.roles.get(HOST) != "host" else None
        return self.roles.get(person.id)


def call_news(tx: Session, visit_id: str) -> CallNews:
    """As of now, from what is kept."""
    notes = notes_of_visit(tx, visit_id)
    lost = _lost(tx, visit_id)
    if not notes:
        return CallNews(lost=lost)
    facts = facts_of_visit(tx, visit_id)
    there = in_call_now(facts)
    roles = {person: role for person, role in roles_now(notes).items() if person in there}
    return CallNews(
        trouble=_trouble(notes),
        tests=_tests(notes),
        recording=recording_now(notes, runs_under_way(facts)),
        roles=roles,
        lost=lost,
    )


def recording_of(tx: Session, visit_id: str) -> Recording | None:
    """Whether the visit is being recorded."""
    notes = [one for one in notes_of_visit(tx, visit_id) if one.kind is NoteKind.RECORDING]
    return recording_now(notes, runs_under_way(facts_of_visit(tx, visit_id))) if notes else None


def _trouble(notes: tuple[CallNote, ...]) -> Trouble | None:
    told = in_turn(notes, NoteKind.TROUBLE)
    return Trouble(tuple(told[-1].detail.split()), told[-1].person, told[-1].at) if told else None


def _tests(notes: tuple[CallNote, ...]) -> tuple[DeviceTest, ...]:
    """The last one of everybody."""
    last = {one.person or one.connection: one for one in in_turn(notes, NoteKind.TESTED)}
    pairs = ((one, (word.partition(":") for word in one.detail.split())) for one in last.values())
    return tuple(
        DeviceTest({device: result for device, _, result in words}, one.person, one.at)
        for one, words in pairs
    )


def _lost(tx: Session, visit_id: str) -> str | None:
    if active_meeting(tx, visit_id) is not None:
        return None
    before = [one for one in meetings_of(tx, visit_id) if one.state == MeetingState.CLOSED]
    return before[-1].error_code if before and before[-1].error_code in ("gone", "changed") else None
