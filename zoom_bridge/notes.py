"""What webhooks tell of a call beside who is in it: trouble, roles, phones, tests, recording, and changes.

https://developers.zoom.us/docs/api/meetings/events/
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from zoom_bridge._fields import Raw, epoch_ms, inner, instant, number, parse_object, text
from zoom_bridge.drift import guarded
from zoom_bridge.errors import EventMalformed


class NoteKind(StrEnum):
    """What is noted. Beside each stands what `detail` holds."""

    TROUBLE = "trouble"  # words of ISSUES
    ROLE = "role"  # host, co-host or attendee
    BOUND = "bound"  # the connection of whom a phone belongs to
    TESTED = "tested"  # device:word of TESTS
    RECORDING = "recording"  # started, paused, resumed or stopped
    GONE = "gone"  # the meeting was deleted
    CHANGED = "changed"  # JSON of the guarded settings that it has now


@dataclass(frozen=True)
class CallNote:
    """One note (UTC). `detail` holds words of ours and of Zoom's, and nothing of a person."""

    kind: NoteKind
    room_id: str
    at: datetime
    told_ms: int
    detail: str
    instance: str = ""
    connection: str | None = None
    guest_id: str | None = None
    user_id: str | None = None
    email: str | None = field(default=None, repr=False)
    host_id: str | None = None


ISSUES: Final = {
    "unstable audio quality": "audio",
    "unstable video quality": "video",
    "unstable screen share quality": "share",
    "high cpu occupation": "cpu",
    "call reconnection": "reconnect",
}
ROLES: Final = ("host", "co-host", "attendee")
TESTS: Final = {2: "works", 1: "fails", 0: "untested"}
_DEVICES: Final = ("camera", "speaker", "microphone")
# Reads the detail from the meeting; a note without detail tells nothing.
_Detail = Callable[[Raw], str]


def notes_of(raw_body: bytes) -> tuple[CallNote, ...]:
    """What the event notes: one note, or none. Raises EventMalformed if the body is no JSON object."""
    raw = parse_object(raw_body)
    if raw is None:
        raise EventMalformed
    kind, detail_of = _EVENTS.get(text(raw, "event") or "", (None, _nothing))
    meeting, told_ms = inner(inner(raw, "payload"), "object"), epoch_ms(raw, "event_ts")
    room_id, detail = text(meeting, "id"), detail_of(meeting)
    if kind is None or room_id is None or told_ms is None or not detail:
        return ()
    person = inner(meeting, "participant")
    note = CallNote(
        kind=kind,
        room_id=room_id,
        at=instant(person, "date_time") or datetime.fromtimestamp(told_ms // 1000, UTC),
        told_ms=told_ms,
        detail=detail,
        instance=text(meeting, "uuid") or "",
        connection=text(person, "participant_uuid") or text(person, "user_id"),
        guest_id=text(person, "registrant_id"),
        user_id=text(person, "participant_user_id") or text(person, "id"),
        email=text(person, "email"),
        host_id=text(meeting, "host_id"),
    )
    return (note,)


def _nothing(_meeting: Raw) -> str:
    return ""


def _always(word: str) -> _Detail:
    return lambda _meeting: word


def _issues(meeting: Raw) -> str:
    told = meeting.get("issues")
    words = [ISSUES.get(one.strip().casefold(), "") for one in _texts(told)]
    return " ".join(dict.fromkeys(word or "other" for word in words))


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _role(meeting: Raw) -> str:
    role = (text(inner(meeting, "participant"), "new_role") or "").casefold()
    return role if role in ROLES else ""


def _bound_to(meeting: Raw) -> str:
    person = inner(meeting, "participant")
    return text(person, "bind_participant_uuid") or text(person, "bind_user_id") or ""


def _tests(meeting: Raw) -> str:
    result = inner(meeting, "test_result")
    found = ((device, TESTS.get(number(result, f"{device}_status") or 0, "untested")) for device in _DEVICES)
    return " ".join(f"{device}:{word}" for device, word in found) if result else ""


def _settings(meeting: Raw) -> str:
    changed = guarded(inner(meeting, "settings"))
    return json.dumps(changed, sort_keys=True) if changed else ""


_EVENTS: Final[dict[str, tuple[NoteKind, _Detail]]] = {
    "meeting.alert": (NoteKind.TROUBLE, _issues),
    "meeting.participant_role_changed": (NoteKind.ROLE, _role),
    "meeting.participant_bind": (NoteKind.BOUND, _bound_to),
    "meeting.device_tested": (NoteKind.TESTED, _tests),
    "recording.started": (NoteKind.RECORDING, _always("started")),
    "recording.paused": (NoteKind.RECORDING, _always("paused")),
    "recording.resumed": (NoteKind.RECORDING, _always("resumed")),
    "recording.stopped": (NoteKind.RECORDING, _always("stopped")),
    "meeting.deleted": (NoteKind.GONE, _always("deleted")),
    "meeting.permanently_deleted": (NoteKind.GONE, _always("deleted")),
    "meeting.updated": (NoteKind.CHANGED, _settings),
}
NOTED: Final = frozenset(_EVENTS)
