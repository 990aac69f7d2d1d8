"""Registrants: each gets a link of their own.

https://developers.zoom.us/docs/api/meetings/#tag/meetings/POST/meetings/{meetingId}/registrants
"""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Literal

from sandbox.zoom import events, refusals
from sandbox.zoom.gate import Answer, Call, Json, meeting_of
from sandbox.zoom.ids import registrant_id
from sandbox.zoom.paging import page_of
from sandbox.zoom.state import Meeting, Registrant
from sandbox.zoom.times import zoom_day, zoom_time
from sandbox.zoom.world import World

MOST = 4_999
PERSON_DAY = 3
STATUSES: Mapping[str, Literal["approved", "denied", "cancelled"]] = {
    "approve": "approved",
    "deny": "denied",
    "cancel": "cancelled",
}
NOT_LISTED = ("language", "auto_approve")


def create_registrant(world: World, call: Call) -> Answer:
    """``meetingRegistrantCreate``: the same address again is the same registrant, three times a day."""
    meeting = meeting_of(world, call, code=1001)
    _check_open(world, meeting)
    registrant = register(world, meeting, call.body)
    answer: Json = {
        "id": meeting.id,
        "registrant_id": registrant.id,
        "topic": meeting.topic,
        "start_time": zoom_time(meeting.start),
    }
    if registrant.status == "approved":
        answer["join_url"] = world.links.registrant_url(meeting.id, registrant.token, meeting.password)
    return 201, answer


def list_registrants(world: World, call: Call) -> Answer:
    """``meetingRegistrants``: the approved ones unless asked otherwise."""
    meeting = meeting_of(world, call)
    wanted = call.text("status", "approved")
    rows = [_row(world, meeting, one) for one in meeting.registrants if one.status == wanted]
    return 200, page_of(world, call, "registrants", rows)


def change_status(world: World, call: Call) -> Answer:
    """``meetingRegistrantStatus``: approve, deny or cancel; who is named by id or address."""
    meeting = meeting_of(world, call)
    status = STATUSES.get(str(call.body.get("action")))
    if status is None:
        raise refusals.validation_failed(("action", "This field is required."))
    named = call.body.get("registrants")
    keys = {str(value) for one in named for value in one.values()} if isinstance(named, list) else set()
    for registrant in meeting.registrants:
        if not keys.isdisjoint((registrant.id, registrant.email)):
            registrant.status = status
    return 204, None


def register(world: World, meeting: Meeting, details: Json) -> Registrant:
    """Register somebody, by the API or the form. Raises Refusal."""
    email = str(details["email"])
    registrant = next((one for one in meeting.registrants if one.email.lower() == email.lower()), None)
    if registrant is None:
        if len(meeting.registrants) >= MOST:
            raise refusals.meeting_full()
        registrant = Registrant(registrant_id(), secrets.token_urlsafe(24), email, world.now(), dict(details))
        meeting.registrants.append(registrant)
    _count(world, registrant)
    registrant.details = dict(details)
    approved = meeting.settings["approval_type"] == 0 or details.get("auto_approve") is True
    registrant.status = "approved" if approved else "pending"
    join_url = world.links.registrant_url(meeting.id, registrant.token, meeting.password)
    told = events.registered(world.style(), meeting, registrant, join_url)
    world.webhooks.emit("meeting.registration_created", told)
    return registrant


def _check_open(world: World, meeting: Meeting) -> None:
    if not world.host(meeting).licensed:
        raise refusals.paid_account_only(world.config.account_id)
    if not meeting.registers:
        raise refusals.registration_off(meeting.id)
    if meeting.settings["close_registration"] and _over(world, meeting):
        raise refusals.meeting_over()


def _over(world: World, meeting: Meeting) -> bool:
    return not meeting.instance.live and meeting.start + timedelta(minutes=meeting.duration) <= world.now()


def _count(world: World, registrant: Registrant) -> None:
    today = zoom_day(world.now())
    times = registrant.times_by_day.get(today, 0)
    if times >= PERSON_DAY:
        raise refusals.registrations_spent()
    registrant.times_by_day = {today: times + 1}


def _row(world: World, meeting: Meeting, registrant: Registrant) -> Json:
    details = {name: value for name, value in registrant.details.items() if name not in NOT_LISTED}
    return {
        "id": registrant.id,
        **details,
        "status": registrant.status,
        "create_time": zoom_time(registrant.created),
        "join_url": world.links.registrant_url(meeting.id, registrant.token, meeting.password),
    }
