"""The dashboard of one meeting: who is in its call now, or was in a run that ended.

https://developers.zoom.us/docs/api/accounts/#tag/dashboards/GET/metrics/meetings/{meetingId}/participants
"""

from urllib.parse import unquote

from sandbox.zoom import refusals
from sandbox.zoom.gate import Answer, Call, Json
from sandbox.zoom.paging import page_of
from sandbox.zoom.state import Attendance, Instance, Meeting
from sandbox.zoom.times import zoom_time
from sandbox.zoom.world import World

STATUS = {"waiting": "in_waiting_room", "in_call": "in_meeting"}


def participants(world: World, call: Call) -> Answer:
    """``dashboardMeetingParticipants``: a row for each connection. ``past`` are runs of two or more."""
    if world.switches.details("no_dashboards") is not None:
        raise refusals.no_dashboards()
    kind = call.text("type", "live")
    meeting, instance = _run(world, call.path["past_id"], kind)
    with_registrants = kind != "live" and call.text("include_fields") == "registrant_id"
    rows = [
        _row(world, person, with_registrant=with_registrants) for person in instance.people if person.stays
    ]
    page = page_of(world, call, "participants", rows, numbered=False)
    return 200, {**page, "meeting_number": str(meeting.id)}


def _run(world: World, past_id: str, kind: str) -> tuple[Meeting, Instance]:
    """The run of this kind that a number or uuid names; a uuid as in ``past_meetings``. Raises Refusal."""
    once = unquote(past_id)
    wanted = unquote(once)
    awkward = wanted.startswith("/") or "//" in wanted
    for meeting in world.state.meetings.values():
        runs = [meeting.instance] if kind == "live" else [*reversed(meeting.past)]
        for run in runs:
            by_uuid = run.uuid == wanted and not (awkward and once == wanted)
            if not meeting.deleted and (by_uuid or once == str(meeting.id)) and _is(run, kind):
                return meeting, run
    raise refusals.not_in_dashboard()


def _is(run: Instance, kind: str) -> bool:
    if kind == "live":
        return run.live
    alone = len({person.key for person in run.people if person.stays}) < 2
    return alone if kind == "pastOne" else not alone


def _row(world: World, person: Attendance, *, with_registrant: bool) -> Json:
    nameless, stay = world.style().nameless, person.stays[-1]
    row: Json = {
        "id": person.zoom_user_id,
        "user_id": person.user_id,
        "participant_uuid": person.participant_uuid,
        "participant_user_id": person.zoom_user_id,
        "user_name": "" if nameless else person.name,
        "email": "" if nameless else person.email,
        "role": "host" if person.is_host else "attendee",
        "join_time": zoom_time(stay.since),
        "status": STATUS.get(person.place, stay.place),
    }
    if stay.until is not None:
        row |= {"leave_time": zoom_time(stay.until), "leave_reason": "$name left the meeting."}
    if with_registrant and person.registrant_id is not None:
        row["registrant_id"] = person.registrant_id
    return row
