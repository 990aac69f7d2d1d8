"""What a call is told of beside who is in it: trouble, roles, recording, as functions of sets of notes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class NoteKind(StrEnum):
    """What can be noted of a call, and what `detail` holds."""

    TROUBLE = "trouble"  # words: audio, video, share, cpu, reconnect, other
    ROLE = "role"  # host, co-host or attendee
    BOUND = "bound"  # the connection of whom a phone belongs to
    TESTED = "tested"  # device:works, fails or untested
    RECORDING = "recording"  # started, paused, resumed or stopped
    GONE = "gone"  # the meeting was deleted there
    CHANGED = "changed"  # JSON of the settings that it was given there


RECORDED = frozenset({"started", "resumed"})
NO_ROLE = "attendee"


@dataclass(frozen=True)
class CallNote:
    """One note at its inner time (UTC). `told_ms` orders notes of one second."""

    kind: NoteKind
    at: datetime
    told_ms: int
    instance: str
    connection: str | None
    person: str | None
    detail: str


@dataclass(frozen=True)
class Recording:
    """The state of a recording: on, or paused, since when."""

    is_on: bool
    since: datetime


def in_turn(notes: Iterable[CallNote], kind: NoteKind) -> tuple[CallNote, ...]:
    """Those of the kind, in the order in which they were told."""
    return tuple(sorted((one for one in notes if one.kind is kind), key=lambda one: (one.told_ms, one.at)))


def recording_now(notes: Iterable[CallNote], live: Iterable[str]) -> Recording | None:
    """Of the runs that go on; None where nothing records."""
    going_on = set(live)
    told = [one for one in in_turn(notes, NoteKind.RECORDING) if one.instance in going_on]
    if not told or told[-1].detail == "stopped":
        return None
    return Recording(told[-1].detail in RECORDED, told[-1].at)


def roles_now(notes: Iterable[CallNote]) -> dict[str, str]:
    """Who hosts or helps to host, by whom facts name; who became an attendee again is left out."""
    last = {one.person: one.detail for one in in_turn(notes, NoteKind.ROLE) if one.person}
    return {person: role for person, role in last.items() if role != NO_ROLE}


def troubles_of(notes: Iterable[CallNote]) -> tuple[str, ...]:
    """Whatever was wrong with the call, each word once, in the order in which it was told."""
    told = (word for one in in_turn(notes, NoteKind.TROUBLE) for word in one.detail.split())
    return tuple(dict.fromkeys(told))
