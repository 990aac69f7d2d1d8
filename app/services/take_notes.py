"""What a delivery tells of a call beside who is in it is kept, and acted upon in the same transaction."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.models import Meeting
from app.ports import NoteTold, Rooms
from app.services.hall import policy_of
from app.services.meeting_record import close_ours
from app.services.recognize import who_is
from app.services.ring import Telling
from app.store.call_notes import keep_notes, name_bound_phones, notes_of_meeting
from app.store.inbox import Delivery
from app.store.meetings import drift_as_text, guests_of, visits_of
from app.store.visits import find_visit
from app.visits.notes import NoteKind, in_turn
from app.visits.states import MeetingState

# A call that goes on is not taken from people for a setting.
UNUSED = {MeetingState.READY, MeetingState.IDLE}
CHANGED = "changed"
GONE = "gone"


@dataclass(frozen=True)
class Noting:
    """A note, of which held meeting it is, and the delivery that told it."""

    meeting: Meeting
    note: NoteTold
    delivery: Delivery


def take_notes(rooms: Rooms, told: Telling, notings: Iterable[Noting]) -> frozenset[int]:
    """Keep the notes and act upon new ones. Answers the numbers of the deliveries that told them."""
    found = {_key(one): one for one in notings}
    new = keep_notes(told.tx, [_row(told, key, one) for key, one in found.items()])
    for key in sorted(new):
        _act_upon(rooms, told, found[key])
    return frozenset(found[key].delivery.seq for key in new)


def name_phones(told: Telling, meetings: Mapping[str, int]) -> dict[str, int]:
    """Phones that are bound to people are theirs. Answers where that was news, with when word of it came."""
    return {meeting_id: meetings[meeting_id] for meeting_id in name_bound_phones(told.tx, sorted(meetings))}


def _act_upon(rooms: Rooms, told: Telling, one: Noting) -> None:
    meeting = one.meeting
    for visit_id in visits_of(told.tx, meeting.id):
        told.note_cause(visit_id, one.delivery.received_ms)
        told.tell(visit_id, "meeting")
    if one.note.kind == NoteKind.GONE and meeting.state in UNUSED:
        close_ours(told, meeting, GONE)
    elif one.note.kind == NoteKind.CHANGED and meeting.state in (*UNUSED, MeetingState.LIVE):
        _weigh_settings(rooms, told, meeting)


def _weigh_settings(rooms: Rooms, told: Telling, meeting: Meeting) -> None:
    """Settings that somebody changed are drift; a meeting that nobody is in is then made anew at Start."""
    visit_id = next(iter(visits_of(told.tx, meeting.id)), None)
    visit = find_visit(told.tx, visit_id) if visit_id else None
    if visit is None:
        return
    given: dict[str, str] = {}
    for note in in_turn(notes_of_meeting(told.tx, meeting.id), NoteKind.CHANGED):
        given |= json.loads(note.detail)
    policy = policy_of(rooms, visit).room
    drift = rooms.video_of(meeting.vendor).in_drift(policy, given)
    if drift and meeting.state in UNUSED:
        close_ours(told, meeting, CHANGED)
    elif drift:
        meeting.drift = drift_as_text(drift)


def _key(one: Noting) -> str:
    note = one.note
    parts = (one.meeting.id, note.kind, str(note.told_ms), note.instance, note.connection or "", note.detail)
    return "|".join(parts)


def _row(told: Telling, key: str, one: Noting) -> dict[str, object]:
    note, meeting = one.note, one.meeting
    return {
        "key": key,
        "meeting_id": meeting.id,
        "kind": note.kind,
        "at": note.at,
        "told_ms": note.told_ms,
        "instance": note.instance,
        "connection": note.connection,
        "person": who_is(meeting, guests_of(told.tx, [meeting.id]), note, note.host_id),
        "detail": note.detail,
        "inbox_seq": one.delivery.seq,
    }
