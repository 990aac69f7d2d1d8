"""Events of a call beside who is in it: trouble, roles, phones, device tests, recording, breakout rooms.

https://developers.zoom.us/docs/api/meetings/events/
"""

from datetime import datetime

from sandbox.zoom.events import Json, Style, call_of, someone_of
from sandbox.zoom.state import Attendance, Instance, Meeting
from sandbox.zoom.times import zoom_time

ISSUES = (
    "Unstable audio quality",
    "Unstable video quality",
    "Unstable screen share quality",
    "High CPU occupation",
    "Call Reconnection",
)


def alert(style: Style, meeting: Meeting, instance: Instance, issues: list[str]) -> Json:
    """``meeting.alert``; the example has ``join_time`` where the schema has ``start_time``."""
    call = {**call_of(meeting, instance), "issues": issues}
    if style.as_examples:
        call["join_time"] = call.pop("start_time")
    return {"account_id": style.account_id, "object": call}


def role_changed(
    style: Style,
    meeting: Meeting,
    instance: Instance,
    person: Attendance,
    roles: tuple[str, str],
    at: datetime,
) -> Json:
    """``meeting.participant_role_changed``"""
    someone = {
        **someone_of(style, person),
        "date_time": zoom_time(at),
        "old_role": roles[0],
        "new_role": roles[1],
    }
    del someone["id"]
    return {"account_id": style.account_id, "object": {**call_of(meeting, instance), "participant": someone}}


def bound(
    style: Style, meeting: Meeting, instance: Instance, phone: Attendance, person: Attendance, at: datetime
) -> Json:
    """``meeting.participant_bind``: a phone belongs to somebody of the call."""
    someone = {
        **someone_of(style, phone),
        "bind_user_id": person.user_id,
        "bind_participant_uuid": person.participant_uuid,
        "date_time": zoom_time(at),
        "join_time": zoom_time(at),
        "phone_number": "12125550100",
    }
    if person.registrant_id is not None:
        someone["registrant_id"] = person.registrant_id
    return {"account_id": style.account_id, "object": {**call_of(meeting, instance), "participant": someone}}


def tested(style: Style, meeting: Meeting, person: Attendance, results: dict[str, int]) -> Json:
    """``meeting.device_tested``"""
    result = {"user_id": person.user_id, "user_name": "" if style.nameless else person.name, "os": "ios"}
    statuses = {f"{device}_status": results.get(device, 2) for device in ("camera", "speaker", "microphone")}
    told = {"id": meeting.id, "uuid": meeting.instance.uuid, "test_result": {**result, **statuses}}
    return {"account_id": style.account_id, "object": told}


def breakout(
    style: Style, meeting: Meeting, instance: Instance, person: Attendance, at: datetime, *, joined: bool
) -> Json:
    """``meeting.participant_joined_breakout_room`` and ``_left_breakout_room``: another id, the same uuid."""
    key = "date_time" if style.as_examples else "join_time" if joined else "leave_time"
    someone = {**someone_of(style, person), "parent_user_id": person.user_id, key: zoom_time(at)}
    someone["user_id"] = str(int(person.user_id) + 1)
    if not joined:
        someone |= {"leave_time": zoom_time(at), "leave_reason": ""}
    call = {**call_of(meeting, instance), "breakout_room_uuid": "FkQbpP2UR028mDrwzEahqw=="}
    return {"account_id": style.account_id, "object": {**call, "participant": someone}}


def recording(
    style: Style, meeting: Meeting, instance: Instance, began: datetime, ended: datetime | None
) -> Json:
    """``recording.started``, ``_paused``, ``_resumed`` and ``_stopped``."""
    file = {"recording_start": zoom_time(began), "recording_end": zoom_time(ended) if ended else ""}
    call = {**call_of(meeting, instance), "id": meeting.id, "recording_file": file}
    return {"account_id": style.account_id, "object": call}
