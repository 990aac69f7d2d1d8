"""Runs of meetings that ended, by uuid or by meeting id.

https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/past_meetings/{meetingId}/participants
"""

from datetime import datetime
from urllib.parse import unquote

from sandbox.zoom import refusals
from sandbox.zoom.gate import Answer, Call, Json
from sandbox.zoom.paging import page_of
from sandbox.zoom.state import Attendance, Instance, Meeting, Stay
from sandbox.zoom.times import zoom_time
from sandbox.zoom.world import World


def past_meeting(world: World, call: Call) -> Answer:
    """``pastMeetingDetails``"""
    meeting, instance = ended_run(world, call)
    host = world.host(meeting)
    in_call = [stay for person in instance.people for stay in person.stays if stay.place == "in_meeting"]
    return 200, {
        "uuid": instance.uuid,
        "id": meeting.id,
        "host_id": host.id,
        "type": meeting.type,
        "topic": meeting.topic,
        "user_name": host.display_name,
        "user_email": host.email,
        "start_time": zoom_time(_begin(instance)),
        "end_time": zoom_time(_end(instance)),
        "duration": _minutes(_begin(instance), _end(instance)),
        "total_minutes": sum(_minutes(stay.since, stay.until or _end(instance)) for stay in in_call),
        "participants_count": len(_who_was_in(instance)),
        "dept": host.dept,
        "source": "Zoom",
        "has_meeting_summary": False,
    }


def past_participants(world: World, call: Call) -> Answer:
    """``pastMeetingParticipants``: a row for each stay; none at all if only one person was there."""
    _, instance = ended_run(world, call)
    rows = [
        _row(world, instance, person, stay)
        for person in instance.people
        for stay in person.stays
        if len(_who_was_in(instance)) > 1
    ]
    return 200, page_of(world, call, "participants", rows, numbered=False)


def past_instances(world: World, call: Call) -> Answer:
    """``pastMeetings``: the runs of a meeting that ended."""
    meeting_id = unquote(call.path["past_id"])
    meeting = world.meeting(int(meeting_id)) if meeting_id.isdecimal() else None
    if meeting is None:
        raise refusals.unknown_meeting(meeting_id)
    rows = [{"uuid": one.uuid, "start_time": zoom_time(_begin(one))} for one in meeting.past]
    return 200, {"meetings": rows}


def ended_run(world: World, call: Call) -> tuple[Meeting, Instance]:
    """The run that the path names. ``past_id`` is the path's segment as sent, percent signs and all.

    A uuid that begins with ``/`` or contains ``//`` is found only if it was encoded twice.
    """
    once = unquote(call.path["past_id"])
    if once.isdecimal():
        meeting = world.meeting(int(once))
        if meeting is not None and meeting.past:
            return meeting, meeting.past[-1]
        raise refusals.unknown_meeting(once)
    wanted = unquote(once)
    awkward = wanted.startswith("/") or "//" in wanted
    for meeting in world.state.meetings.values():
        for instance in meeting.past:
            if instance.uuid == wanted and not (awkward and once == wanted):
                return meeting, instance
    raise refusals.unknown_meeting(once)


def _who_was_in(instance: Instance) -> set[str]:
    return {
        person.key for person in instance.people if any(stay.place == "in_meeting" for stay in person.stays)
    }


def _row(world: World, instance: Instance, person: Attendance, stay: Stay) -> Json:
    style, until = world.style(), stay.until or _end(instance)
    row: Json = {
        "id": person.zoom_user_id,
        "user_id": person.user_id,
        "name": "" if style.nameless else person.name,
        "user_email": "" if style.nameless else person.email,
        "join_time": zoom_time(stay.since),
        "leave_time": zoom_time(until),
        "duration": int((until - stay.since).total_seconds()),
        "failover": False,
        "status": stay.place,
        "internal_user": bool(person.zoom_user_id),
    }
    return row if person.registrant_id is None else {**row, "registrant_id": person.registrant_id}


def _begin(instance: Instance) -> datetime:
    assert instance.started is not None  # noqa: S101  # only runs that began are kept
    return instance.started


def _end(instance: Instance) -> datetime:
    assert instance.ended is not None  # noqa: S101  # only runs that ended are kept
    return instance.ended


def _minutes(since: datetime, until: datetime) -> int:
    return -(-int((until - since).total_seconds()) // 60)
