"""Meetings: create, read, list, update, delete, end.

https://developers.zoom.us/docs/api/meetings/#tag/meetings
"""

from datetime import datetime, timedelta

from sandbox.zoom import events, refusals
from sandbox.zoom.gate import Answer, Call, Json, meeting_of
from sandbox.zoom.ids import digits, meeting_id, passcode
from sandbox.zoom.meeting_settings import DEFAULTS, settled
from sandbox.zoom.paging import page_of
from sandbox.zoom.people import User
from sandbox.zoom.rest.meeting_answers import listed_meeting, whole_meeting
from sandbox.zoom.state import Meeting
from sandbox.zoom.times import known_timezone, start_instant, zoom_day, zoom_time
from sandbox.zoom.world import World

HOST_DAY = 100
UNEXPIRED = timedelta(days=30)
KEPT_AS_GIVEN = ("agenda", "topic", "duration", "timezone", "password")
EXTRAS = ("pre_schedule", "recurrence", "template_id", "tracking_fields")


def create_meeting(world: World, call: Call) -> Answer:
    """``meetingCreate``"""
    user = _host(world, call)
    timezone = _timezone(call, user.timezone)
    start = _start(world, call, timezone)
    _check_alternatives(world, call)
    _spend(world, user)
    meeting = _new_meeting(world, user, call.body, start, timezone)
    world.state.meetings[meeting.id] = meeting
    join_url = world.links.join_url(meeting.id, meeting.password)
    world.webhooks.emit("meeting.created", events.created(world.style(), meeting, join_url))
    return 201, whole_meeting(world, meeting)


def get_meeting(world: World, call: Call) -> Answer:
    """``meeting``: each read has a fresh start_url."""
    return 200, whole_meeting(world, meeting_of(world, call))


def list_meetings(world: World, call: Call) -> Answer:
    """``meetings``: the user's scheduled meetings, none that were instant."""
    user = known_user(world, call)
    chosen = [
        meeting
        for meeting in sorted(world.state.meetings.values(), key=lambda one: (one.start, one.id))
        if meeting.host_id == user.id
        and meeting.type != 1
        and not meeting.deleted
        and _is_listed(meeting, call, world.now())
    ]
    return 200, page_of(world, call, "meetings", [listed_meeting(world, meeting) for meeting in chosen])


def update_meeting(world: World, call: Call) -> Answer:
    """``meetingUpdate``: a past start_time is ignored; counts towards the host's day."""
    meeting = meeting_of(world, call)
    host = world.host(meeting)
    timezone = _timezone(call, meeting.timezone)
    start = _start(world, call, timezone)
    _check_alternatives(world, call)
    _spend(world, host)
    before, after = _changes(meeting, call.body)
    for name in KEPT_AS_GIVEN:
        if name in call.body:
            setattr(meeting, name, call.body[name])
    if start > world.now() and "start_time" in call.body:
        meeting.start = start
        after["start_time"] = zoom_time(start)
    meeting.extras.update({name: call.body[name] for name in EXTRAS if name in call.body})
    meeting.settings = settled(
        _asked(call.body),
        _locks(world),
        licensed=host.licensed,
        has_passcode=bool(meeting.password),
        before=meeting.settings,
    )
    told = events.updated(world.style(), meeting, before, after, world.now())
    world.webhooks.emit("meeting.updated", told)
    return 204, None


def delete_meeting(world: World, call: Call) -> Answer:
    """``meetingDelete``: not while it is under way; not counted in the host's day."""
    meeting = meeting_of(world, call)
    if meeting.instance.live:
        raise refusals.meeting_in_progress()
    meeting.deleted = True
    world.webhooks.emit("meeting.deleted", events.deleted(world.style(), meeting))
    return 204, None


def change_status(world: World, call: Call) -> Answer:
    """``meetingStatus``: end a meeting that is under way, or recover one that was deleted."""
    action = call.body.get("action")
    if action == "recover":
        return _recover(world, call)
    meeting = meeting_of(world, call)
    if action != "end" or not meeting.instance.live:
        raise refusals.validation_failed(("action", "Only a meeting that is under way can be ended."))
    world.calls.end(meeting)
    return 204, None


def known_user(world: World, call: Call) -> User:
    """The user that the path names by id or e-mail. Raises Refusal."""
    user = world.find_user(call.path["user_id"])
    if user is None:
        raise refusals.unknown_user(call.path["user_id"])
    return user


def _host(world: World, call: Call) -> User:
    user = known_user(world, call)
    wanted = call.body.get("schedule_for")
    if isinstance(wanted, str):
        if call.body.get("type") == 1:
            raise refusals.instant_for_another()
        found = world.find_user(wanted)
        if found is None:
            raise refusals.invalid_schedule_for()
        user = found
    if user.status != "active":
        raise refusals.hosting_not_allowed()
    return user


def _check_alternatives(world: World, call: Call) -> None:
    """Each must be an active, licensed user of the account. Raises Refusal."""
    told = str(_asked(call.body).get("alternative_hosts") or "")
    for key in filter(None, (part.strip() for part in told.split(";"))):
        user = world.find_user(key)
        if user is None or user.status != "active" or not user.licensed:
            raise refusals.alternative_host_refused(key)


def _timezone(call: Call, default: str) -> str:
    timezone = str(call.body.get("timezone") or default)
    if not known_timezone(timezone):
        raise refusals.validation_failed(("timezone", "Not a time zone."))
    return timezone


def _start(world: World, call: Call, timezone: str) -> datetime:
    """The asked start; a past one becomes now, as does none."""
    now = world.now().replace(microsecond=0)
    text = call.body.get("start_time")
    if not isinstance(text, str):
        return now
    start = start_instant(text, timezone)
    if start is None:
        raise refusals.validation_failed(("start_time", "Must be yyyy-MM-ddTHH:mm:ss, with Z if in GMT."))
    return max(start, now)


def _spend(world: World, host: User) -> None:
    day = f"{host.id} {zoom_day(world.now())}"
    spent, limit = world.state.spent.get(day, 0), _host_day(world)
    if spent >= limit:
        raise refusals.host_day_spent(limit)
    world.state.spent[day] = spent + 1


def _host_day(world: World) -> int:
    told = (world.switches.details("plan") or {}).get("host_day", HOST_DAY)
    return told if isinstance(told, int) else HOST_DAY


def _new_meeting(world: World, host: User, body: Json, start: datetime, timezone: str) -> Meeting:
    password = str(body.get("password") or ("" if body.get("default_password") is False else passcode()))
    settings = settled(
        _asked(body), _locks(world), licensed=host.licensed, has_passcode=bool(password), before=DEFAULTS
    )
    duration = body.get("duration", 60)
    kind = body.get("type", 2)
    return Meeting(
        id=meeting_id(),
        host_id=host.id,
        type=kind if isinstance(kind, int) else 2,
        topic=str(body.get("topic", "Zoom Meeting")),
        agenda=str(body.get("agenda", "")),
        start=start,
        duration=duration if isinstance(duration, int) else 60,
        timezone=timezone,
        password=password,
        settings=settings,
        created=world.now(),
        instance=world.calls.fresh_instance(),
        extras={"dynamic_host_key": digits(6), **{name: body[name] for name in EXTRAS if name in body}},
    )


def _asked(body: Json) -> Json:
    asked = body.get("settings", {})
    return dict(asked) if isinstance(asked, dict) else {}


def _locks(world: World) -> Json:
    locks = (world.switches.details("lock_settings") or {}).get("settings", {})
    return dict(locks) if isinstance(locks, dict) else {}


def _changes(meeting: Meeting, body: Json) -> tuple[Json, Json]:
    after = {name: body[name] for name in KEPT_AS_GIVEN if name in body}
    return {name: getattr(meeting, name) for name in after}, after


def _is_listed(meeting: Meeting, call: Call, now: datetime) -> bool:
    day = zoom_day(meeting.start)
    if not call.text("from", day) <= day <= call.text("to", day):
        return False
    over = meeting.start + timedelta(minutes=meeting.duration) <= now and not meeting.instance.live
    match call.text("type", "scheduled"):
        case "live":
            return meeting.instance.live
        case "previous_meetings":
            return over
        case "upcoming" | "upcoming_meetings":
            return not over
        case _:
            return meeting.start > now - UNEXPIRED


def _recover(world: World, call: Call) -> Answer:
    meeting = world.state.meetings.get(int(call.path["meeting_id"]))
    if meeting is None or not meeting.deleted:
        raise refusals.unknown_meeting(call.path["meeting_id"])
    meeting.deleted = False
    return 204, None
