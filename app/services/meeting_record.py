"""What is written down of a visit's meeting before and after the vendor is called: one transaction each."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.errors.video import NoHost
from app.errors.visit import VisitClosed, VisitUnknown
from app.models import Meeting, Visit
from app.ports import HostAccount, Room, RoomOrder, RoomPolicy, Rooms, SecretLink, Video
from app.services.dial_in import dial_in_as_text
from app.services.hall import policy_of
from app.services.recording_consent import wanted_kind
from app.services.refresh_meeting import refresh_meeting
from app.services.ring import Telling, telling
from app.sites import Policy
from app.store.alone import StillAtIt
from app.store.directory import named, users_by_key, verdicts
from app.store.facts import end_open_runs, facts_of_meeting
from app.store.inbox import read_again
from app.store.meetings import (
    active_meeting,
    drift_as_text,
    hold_meeting,
    meetings_of,
    renew_meeting,
    reserve_meeting,
    retire_meeting,
    visits_of,
)
from app.store.visits import hold_visit, peek_visit
from app.visits.call import instances_of
from app.visits.codes import make_reference, meeting_title
from app.visits.hosts import HostVerdict
from app.visits.recording import RECORDINGS
from app.visits.states import UNFINISHED, MeetingState, VisitState

# Why a meeting failed that the vendor did make, with other settings than were asked for.
DRIFT = "drift"


@dataclass(frozen=True)
class ReadyMeeting:
    """A meeting that exists. The host's link comes with a new one only."""

    id: str
    room_id: str
    vendor: str
    host_link: SecretLink | None = None


@dataclass(frozen=True)
class Reserved:
    """A row in `creating`, what is asked of the vendor for it, and what the department will not have."""

    id: str
    vendor: str
    order: RoomOrder
    age: timedelta
    refuses_drift: bool


def ready_meeting(rooms: Rooms, visit_id: str) -> ReadyMeeting | None:
    """The meeting that serves the visit, unless another host is to have it and nobody has been in it yet."""
    with rooms.db.read() as tx:
        meeting, visit = active_meeting(tx, visit_id), peek_visit(tx, visit_id)
        if meeting is None or meeting.room_id is None or visit is None:
            return None
        if visit.host_key not in (None, meeting.host_key) and not facts_of_meeting(tx, meeting.id):
            return None
    return ReadyMeeting(meeting.id, meeting.room_id, meeting.vendor)


def left_behind(rooms: Rooms, visit_id: str) -> Reserved | None:
    """A row in `creating` whose maker has died or never got an answer."""
    with rooms.db.read() as tx:
        meeting, visit = active_meeting(tx, visit_id), peek_visit(tx, visit_id)
        if visit is None or meeting is None or meeting.state != MeetingState.CREATING:
            return None
    return _reserved(rooms, visit, meeting)


def refused_before(rooms: Rooms, visit_id: str) -> Reserved | None:
    """The meeting that exists at the vendor and was refused for its settings at the last Start."""
    with rooms.db.read() as tx:
        visit, meetings = peek_visit(tx, visit_id), meetings_of(tx, visit_id)
    last = meetings[-1] if meetings else None
    if visit is None or last is None or (last.state, last.error_code) != (MeetingState.FAILED, DRIFT):
        return None
    if last.room_id is None or (visit.host_key, video_for(rooms, visit).vendor) != (
        last.host_key,
        last.vendor,
    ):
        return None
    return _reserved(rooms, visit, last)


def expected_host(rooms: Rooms, visit_id: str) -> tuple[Video, str]:
    """At which service the meeting is to be, and whom to ask about there. Raises VisitUnknown or NoHost."""
    with rooms.db.read() as tx:
        visit = peek_visit(tx, visit_id)
    if visit is None:
        raise VisitUnknown
    if visit.host_key is None:
        raise NoHost
    return video_for(rooms, visit), visit.host_key


def video_for(rooms: Rooms, visit: Visit) -> Video:
    """The service that the visit was moved to, if it is set up still; else the usual one."""
    return next((video for video in rooms.videos if video.vendor == visit.video), rooms.video)


def reserve(rooms: Rooms, visit_id: str, video: Video, host_key: str, host: HostAccount) -> Reserved:
    """Write down what is about to be made. Raises VisitClosed if the visit ended meanwhile."""
    with rooms.db.write() as tx:
        now = rooms.clock.now()
        visit = _make_way(tx, visit_id, now)
        meeting = Meeting(
            id=rooms.random.token(),
            vendor=video.vendor,
            reference=make_reference(rooms.random.choose),
            state=MeetingState.CREATING,
            host_key=host_key,
            host_id=host.host_id,
            host_email=host.email or None,
            cover_id=_cover(rooms, tx, visit, host),
            recording=wanted_kind(rooms, tx, visit),
            created_at=now,
        )
        reserve_meeting(tx, visit_id, meeting)
        return _reserved(rooms, visit, meeting)


def reserve_again(rooms: Rooms, visit_id: str, reserved: Reserved) -> None:
    """A meeting that was refused is to serve after all. Raises VisitClosed if the visit ended meanwhile."""
    with rooms.db.write() as tx:
        meeting = hold_meeting(tx, reserved.id)
        _make_way(tx, visit_id, rooms.clock.now())
        if meeting is None:
            raise VisitUnknown
        renew_meeting(tx, visit_id, meeting)


def record(rooms: Rooms, reserved: Reserved, room: Room) -> ReadyMeeting:
    """The meeting exists: keep its number, its host, and what the vendor did not take as asked.

    Raises StillAtIt if the visit was moved to another service meanwhile.
    """
    with telling(rooms) as told:
        meeting = hold_meeting(told.tx, reserved.id)
        if meeting is None:
            raise VisitUnknown
        was_moved = meeting.state == MeetingState.CLOSED
        meeting.state = MeetingState.CLOSED if was_moved else MeetingState.READY
        meeting.ready_at = told.now
        meeting.room_id, meeting.host_id = room.room_id, room.host_id
        meeting.host_email = room.host_email or meeting.host_email
        meeting.drift = drift_as_text(room.drift)
        meeting.recording = room.recording or meeting.recording
        meeting.dial_in = dial_in_as_text(rooms, told.tx, meeting.id, room)
        for visit_id in visits_of(told.tx, meeting.id):
            told.tell(visit_id, "meeting")
        told.tx.flush()
        # Events may have outrun the answer: somebody started the meeting out of the vendor's own list.
        read_again(told.tx)
    if was_moved:
        # Whoever asked for it asks again, and is led to the other one.
        raise StillAtIt
    return ReadyMeeting(reserved.id, room.room_id, reserved.vendor, room.host_link)


def fail(rooms: Rooms, reserved: Reserved, error_code: str) -> None:
    """It was not made: the next try begins with a new row."""
    _retire_failed(rooms, reserved, error_code)


def refuse(rooms: Rooms, reserved: Reserved, room: Room) -> None:
    """It exists, and may not serve as it is: the next try looks at it again."""
    _retire_failed(rooms, reserved, DRIFT, room)


def _retire_failed(rooms: Rooms, reserved: Reserved, error_code: str, room: Room | None = None) -> None:
    with telling(rooms) as told:
        meeting = hold_meeting(told.tx, reserved.id)
        if meeting is not None:
            if room is not None:
                meeting.room_id, meeting.host_id = room.room_id, room.host_id
                meeting.drift = drift_as_text(room.drift)
            retire_meeting(told.tx, meeting, MeetingState.FAILED, told.now, error_code)
            for visit_id in visits_of(told.tx, meeting.id):
                told.tell(visit_id, "meeting")


def replace_gone(rooms: Rooms, meeting_id: str) -> None:
    """The vendor knows the meeting no more: close ours, end its runs by now, leave room for a new one."""
    with telling(rooms) as told:
        meeting = hold_meeting(told.tx, meeting_id)
        if meeting is not None and meeting.state != MeetingState.CLOSED:
            close_ours(told, meeting, "gone")


def close_ours(told: Telling, meeting: Meeting, why: str) -> None:
    """The held meeting is used no more: its runs end by now, and the next Start makes a new one."""
    runs = instances_of(facts_of_meeting(told.tx, meeting.id))
    end_open_runs(told.tx, meeting, [run.uuid for run in runs if run.ended_at is None], told.now)
    visits = visits_of(told.tx, meeting.id)
    retire_meeting(told.tx, meeting, MeetingState.CLOSED, told.now, why)
    refresh_meeting(told, meeting)
    for visit_id in visits:
        told.tell(visit_id, "meeting")


def _cover(rooms: Rooms, tx: Session, visit: Visit, host: HostAccount) -> str | None:
    """The vendor's id of whoever covers for the practitioner, if they are known to be able to."""
    if visit.practitioner_id is None:
        return None
    vendor = rooms.video.vendor
    key = named(tx, vendor, visit.site, visit.practitioner_id).cover
    if key is None or verdicts(tx, vendor, [key]).get(key) is not HostVerdict.OK:
        return None
    user = users_by_key(tx, vendor, [key]).get(key)
    return user.user_id if user and user.user_id != host.host_id else None


def _make_way(tx: Session, visit_id: str, now: datetime) -> Visit:
    """The visit, kept from others, with no meeting that serves it. Raises VisitClosed."""
    before = active_meeting(tx, visit_id)
    if before is not None:
        # Ahead of the visit, as everybody holds them.
        hold_meeting(tx, before.id)
    visit = hold_visit(tx, visit_id)
    if visit is None or VisitState(visit.state) not in UNFINISHED:
        raise VisitClosed
    if before is not None and before.state != MeetingState.CLOSED:
        retire_meeting(tx, before, MeetingState.CLOSED, now, "replaced")
    return visit


def _reserved(rooms: Rooms, visit: Visit, meeting: Meeting) -> Reserved:
    policy = policy_of(rooms, visit)
    order = RoomOrder(
        host=meeting.host_id or meeting.host_key,
        reference=meeting.reference,
        title=meeting_title(meeting.reference),
        start=visit.start,
        minutes=visit.minutes,
        time_zone=visit.time_zone,
        policy=_room_policy(policy, meeting),
        alternative_hosts=(meeting.cover_id,) if meeting.cover_id else (),
    )
    age = rooms.clock.now() - meeting.created_at
    return Reserved(meeting.id, meeting.vendor, order, age, policy.on_drift == "refuse")


def _room_policy(policy: Policy, meeting: Meeting) -> RoomPolicy:
    """What the department wants, and of recordings only what was asked for when the meeting was made."""
    asked = next((kind for kind in RECORDINGS if kind == meeting.recording), None)
    return replace(policy.room, recording=asked) if asked else policy.room
