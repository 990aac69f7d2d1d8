"""The payloads of the events that this Zoom sends, keys and types as documented.

``object.id`` is a string in events of a call and a number in events of the calendar.
https://developers.zoom.us/docs/api/meetings/events/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sandbox.zoom.people import OWNER, User
from sandbox.zoom.state import Attendance, Instance, Meeting, Registrant
from sandbox.zoom.times import zoom_time

Json = dict[str, object]

LEFT = "{name} left the meeting."
DISCONNECTED = "{name} got disconnected from the meeting."
HOST_ENDED = "Host ended the meeting."
HOST_STARTED_ANOTHER = "Host started a new meeting."
REASONS = (
    LEFT,
    DISCONNECTED,
    HOST_ENDED,
    "Host closed the meeting.",
    HOST_STARTED_ANOTHER,
    "Network connection error.",
    "Host did not join.",
    "Exceeded free meeting minutes limit.",
    "Removed by host.",
    "Unknown reason.",
)


@dataclass(frozen=True)
class Style:
    """How payloads are worded: without names (an old BAA), or as the documentation's examples have them."""

    account_id: str
    nameless: bool = False
    as_examples: bool = False


def started(style: Style, meeting: Meeting, instance: Instance) -> Json:
    """``meeting.started``"""
    return {"account_id": style.account_id, "object": call_of(meeting, instance)}


def ended(style: Style, meeting: Meeting, instance: Instance, at: datetime) -> Json:
    """``meeting.ended``"""
    call = {**call_of(meeting, instance), "end_time": zoom_time(at)}
    return {"account_id": style.account_id, **_operator_of_example(style), "object": call}


def moved(style: Style, meeting: Meeting, instance: Instance, person: Attendance, at: datetime) -> Json:
    """``meeting.participant_joined_waiting_room``, ``_left_waiting_room``, ``_put_in_waiting_room``"""
    someone = {**someone_of(style, person), "date_time": zoom_time(at)}
    return {"account_id": style.account_id, "object": {**call_of(meeting, instance), "participant": someone}}


def admitted(style: Style, meeting: Meeting, instance: Instance, person: Attendance, at: datetime) -> Json:
    """``meeting.participant_admitted``; the example has an operator and no ``participant_user_id``."""
    someone = {**someone_of(style, person), "date_time": zoom_time(at)}
    if style.as_examples:
        del someone["participant_user_id"]
    call = {**call_of(meeting, instance), "participant": someone}
    return {"account_id": style.account_id, **_operator_of_example(style), "object": call}


def joined(style: Style, meeting: Meeting, instance: Instance, person: Attendance, at: datetime) -> Json:
    """``meeting.participant_joined``; the schema has ``join_time`` where the example has ``date_time``."""
    key = "date_time" if style.as_examples else "join_time"
    someone = {**someone_of(style, person), key: zoom_time(at)}
    return {"account_id": style.account_id, "object": {**call_of(meeting, instance), "participant": someone}}


def left(
    style: Style, meeting: Meeting, instance: Instance, person: Attendance, at: datetime, reason: str
) -> Json:
    """``meeting.participant_left``; the example adds the join's ``date_time`` and words the reason longer."""
    name = "" if style.nameless else person.name
    why = reason.format(name=name)
    someone = {**someone_of(style, person), "leave_time": zoom_time(at), "leave_reason": why}
    if style.as_examples:
        someone["date_time"] = zoom_time(person.stays[-1].since)
        someone["leave_reason"] = f"{name} left the meeting.<br>Reason: {why}"
    return {"account_id": style.account_id, "object": {**call_of(meeting, instance), "participant": someone}}


def created(style: Style, meeting: Meeting, join_url: str) -> Json:
    """``meeting.created``, by the account's owner, as whom a Server-to-Server app acts."""
    settings = {key: meeting.settings[key] for key in ("use_pmi", "alternative_hosts", "join_before_host")}
    planned = {**_planned(meeting), "join_url": join_url, "password": meeting.password, "settings": settings}
    return {"account_id": style.account_id, **_operator(), "operation": "single", "object": planned}


def updated(style: Style, meeting: Meeting, before: Mapping[str, object], after: Json, at: datetime) -> Json:
    """``meeting.updated``: only what changed, before and after."""
    return {
        "account_id": style.account_id,
        **_operator(),
        "scope": "single",
        "object": {"id": meeting.id, **after},
        "old_object": {"id": meeting.id, **before},
        "time_stamp": int(at.timestamp() * 1000),
    }


def deleted(style: Style, meeting: Meeting) -> Json:
    """``meeting.deleted``"""
    return {"account_id": style.account_id, **_operator(), "operation": "single", "object": _planned(meeting)}


def registered(style: Style, meeting: Meeting, registrant: Registrant, join_url: str) -> Json:
    """``meeting.registration_created``"""
    details = {
        key: value for key, value in registrant.details.items() if key not in ("language", "auto_approve")
    }
    someone = {"id": registrant.id, **details, "status": registrant.status, "join_url": join_url}
    return {"account_id": style.account_id, "object": {**_planned(meeting), "registrant": someone}}


def user_changed(style: Style, user: User) -> Json:
    """``user.activated``, ``user.deactivated``, ``user.deleted``; the examples have a type 3."""
    someone = {
        "id": user.id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "type": 3 if style.as_examples else int(user.licence),
    }
    return {"account_id": style.account_id, **_operator(), "object": someone}


def user_created(style: Style, user: User) -> Json:
    """``user.created``"""
    someone = {
        "id": user.id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "display_name": user.display_name,
        "email": user.email,
        "type": int(user.licence),
    }
    return {"account_id": style.account_id, **_operator(), "creation_type": "create", "object": someone}


def user_updated(style: Style, user: User, before: User, at: datetime) -> Json:
    """``user.updated``: only what changed, before and after."""
    return {
        "account_id": style.account_id,
        **_operator(),
        "object": {"id": user.id, "type": int(user.licence)},
        "old_object": {"id": user.id, "type": int(before.licence)},
        "time_stamp": int(at.timestamp() * 1000),
    }


def call_of(meeting: Meeting, instance: Instance) -> Json:
    """What events of a call say of it."""
    return {
        "id": str(meeting.id),
        "uuid": instance.uuid,
        "host_id": meeting.host_id,
        "topic": meeting.topic,
        "type": meeting.type,
        "start_time": zoom_time(instance.started or meeting.start),
        "timezone": meeting.timezone,
        "duration": meeting.duration,
    }


def _planned(meeting: Meeting) -> Json:
    return {
        "uuid": meeting.instance.uuid,
        "id": meeting.id,
        "host_id": meeting.host_id,
        "topic": meeting.topic,
        "type": meeting.type,
        "start_time": zoom_time(meeting.start),
        "duration": meeting.duration,
        "timezone": meeting.timezone,
    }


def someone_of(style: Style, person: Attendance) -> Json:
    """What events say of a participant."""
    someone: Json = {
        "user_id": person.user_id,
        "user_name": "" if style.nameless else person.name,
        "id": person.zoom_user_id,
        "participant_uuid": person.participant_uuid,
        "email": "" if style.nameless else person.email,
        "participant_user_id": person.zoom_user_id,
    }
    if person.registrant_id is not None:
        someone["registrant_id"] = person.registrant_id
    return someone


def _operator() -> Json:
    return {"operator": OWNER.email, "operator_id": OWNER.id}


def _operator_of_example(style: Style) -> Json:
    return {**_operator(), "operation": "single"} if style.as_examples else {}
