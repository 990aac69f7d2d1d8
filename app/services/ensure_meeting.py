"""A visit's meeting: made once, found again, settled by looking, replaced when it is no more."""

import time
from datetime import timedelta

from app.errors.video import DriftRefused, HostInactive, HostUnlicensed
from app.ports import HostAccount, Room, Rooms, Video
from app.services.meeting_record import (
    ReadyMeeting,
    Reserved,
    expected_host,
    fail,
    left_behind,
    ready_meeting,
    record,
    refuse,
    refused_before,
    replace_gone,
    reserve,
    reserve_again,
)

__all__ = ["ReadyMeeting", "ensure_meeting", "is_gone", "replace_gone", "settle_meeting"]

# A create that was under way when its process died is done by then, or will never be.
UNDER_WAY = timedelta(seconds=6)
LOOK_AGAIN_SECONDS = 1.0
# Settings of an account that were mended may not reach a meeting that is there: then another one is tried.
ANOTHER_TRY = timedelta(hours=1)


def ensure_meeting(rooms: Rooms, visit_id: str) -> ReadyMeeting:
    """The visit's one active meeting, made now if there is none.

    Raises NoHost, HostUnlicensed, HostInactive, DriftRefused, VisitClosed, StillAtIt, or the vendor's error.
    """
    ready = ready_meeting(rooms, visit_id)
    if ready is not None:
        return ready
    # Whoever comes meanwhile waits here for the answer; whoever dies here gives the name back by dying.
    with rooms.db.alone.doing(f"meeting:{visit_id}"):
        ready = ready_meeting(rooms, visit_id)
        if ready is not None:
            return ready
        found = _settled(rooms, visit_id) or _mended(rooms, visit_id)
        reserved, room = found or _made(rooms, visit_id)
        return _recorded(rooms, reserved, room)


def settle_meeting(rooms: Rooms, visit_id: str) -> None:
    """Look what became of a create whose answer was lost, though nobody asks for the meeting any more.

    Raises DriftRefused, StillAtIt, or the vendor's error.
    """
    with rooms.db.alone.doing(f"meeting:{visit_id}"):
        found = _settled(rooms, visit_id)
        if found is not None:
            _recorded(rooms, *found)


def is_gone(fault: Exception) -> bool:
    """Whether the vendor says that the meeting is no more."""
    return bool(getattr(fault, "room_gone", False))


def is_unsure(fault: Exception) -> bool:
    """Whether nobody knows if the vendor did what was asked."""
    return not getattr(fault, "outcome_known", True)


def _recorded(rooms: Rooms, reserved: Reserved, room: Room) -> ReadyMeeting:
    if reserved.refuses_drift and room.drift:
        refuse(rooms, reserved, room)
        raise DriftRefused(tuple(room.drift))
    return record(rooms, reserved, room)


def _settled(rooms: Rooms, visit_id: str) -> tuple[Reserved, Room] | None:
    """A row left in `creating` is settled by looking, never by creating again."""
    reserved = left_behind(rooms, visit_id)
    if reserved is None:
        return None
    room = _look_until_sure(rooms, reserved)
    if room is None:
        fail(rooms, reserved, "never_made")
        return None
    return reserved, room


def _mended(rooms: Rooms, visit_id: str) -> tuple[Reserved, Room] | None:
    """A meeting that was refused for its settings is looked at again: a host's creates of a day are few."""
    reserved = refused_before(rooms, visit_id)
    room = _find(rooms, reserved) if reserved else None
    if reserved is None or room is None:
        return None
    if reserved.refuses_drift and room.drift and reserved.age >= ANOTHER_TRY:
        return None
    reserve_again(rooms, visit_id, reserved)
    return reserved, room


def _look_until_sure(rooms: Rooms, reserved: Reserved) -> Room | None:
    """A process that died a moment ago may have a create under way: then look until it must have landed.

    The one wait inside a request: somebody pressed Start, and the answer is seconds away.
    """
    age = reserved.age
    while True:
        room = _find(rooms, reserved)
        if room is not None or age >= UNDER_WAY:
            return room
        time.sleep(LOOK_AGAIN_SECONDS)
        age += timedelta(seconds=LOOK_AGAIN_SECONDS)


def _made(rooms: Rooms, visit_id: str) -> tuple[Reserved, Room]:
    video, host_key = expected_host(rooms, visit_id)
    reserved = reserve(rooms, visit_id, video, host_key, _licensed_host(video, host_key))
    try:
        return reserved, video.open(reserved.order)
    except Exception as fault:
        if not is_unsure(fault):
            fail(rooms, reserved, type(fault).__name__)
            raise
        # The answer may have been a good one. If not even this is answered, the row stays `creating`.
        room = _find(rooms, reserved)
        if room is None:
            raise
        return reserved, room


def _licensed_host(video: Video, host_key: str) -> HostAccount:
    host = video.host(host_key)
    if not host.active:
        raise HostInactive
    if not host.licensed:
        raise HostUnlicensed
    return host


def _find(rooms: Rooms, reserved: Reserved) -> Room | None:
    order = reserved.order
    return rooms.video_of(reserved.vendor).find(order.host, order.reference, order.policy)
