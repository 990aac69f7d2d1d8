"""Who hosts a visit that is about to begin, where the planned host is in another call, or cannot host."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from app.errors.video import HostBusy
from app.models import Visit
from app.ports import Rooms
from app.services.check_hosts import verdict_of
from app.services.choose_host import hosts_for
from app.services.meeting_record import video_for
from app.services.plan_hosts import plan_anew
from app.services.ring import telling
from app.store.directory import named, users_by_key
from app.store.facts import facts_of_meeting
from app.store.host_checks import note_verdict
from app.store.live_hosts import live_rooms_of
from app.store.meetings import active_meeting
from app.store.visits import hold_visit, peek_visit


def settle_host(rooms: Rooms, visit_id: str) -> str | None:
    """Another host, who is free and licensed, where the planned one has no call left; None: nothing changes.

    How many calls an account may hold at once is the site's word, since the vendor tells nobody. Raises
    HostBusy where nobody whom the site names is free.
    """
    with rooms.db.read() as tx:
        visit, meeting = peek_visit(tx, visit_id), active_meeting(tx, visit_id)
        if visit is None or visit.host_key is None or not video_for(rooms, visit).signs_hosts_in:
            return None
        if meeting is not None and facts_of_meeting(tx, meeting.id):
            return None
        most = rooms.sites.by_name(visit.site).policy(visit.department).concurrent_meetings
        calls = _live_rooms(rooms, tx, visit_id, visit.host_key)
        others = _others(rooms, tx, visit)
    if not _is_busy(rooms, calls, most):
        return None
    for key in others:
        with rooms.db.read() as tx:
            calls = _live_rooms(rooms, tx, visit_id, key)
        if not _is_busy(rooms, calls, most) and _can_host(rooms, key):
            _give_to(rooms, visit_id, key)
            return key
    raise HostBusy


def replace_host(rooms: Rooms, visit_id: str, fault: Exception) -> str | None:
    """The vendor has just said that the host cannot host: another one whom the site names, or None."""
    verdict = verdict_of(fault)
    if verdict is None:
        return None
    with telling(rooms) as told:
        visit = peek_visit(told.tx, visit_id)
        if visit is None or visit.host_key is None:
            return None
        before = visit.host_key
        note_verdict(told.tx, rooms.video.vendor, before, verdict, told.now)
        plan_anew(rooms, told, [before])
        after = hold_visit(told.tx, visit_id)
        return after.host_key if after and after.host_key != before else None


def _live_rooms(rooms: Rooms, tx: Session, visit_id: str, key: str) -> tuple[str, ...]:
    user = users_by_key(tx, rooms.video.vendor, [key]).get(key)
    keys = {key, user.user_id, user.email} if user else {key}
    return live_rooms_of(tx, rooms.video.vendor, keys, visit_id)


def _is_busy(rooms: Rooms, room_ids: Collection[str], most: int) -> bool:
    """Word of a call's end may be lost: whoever seems to be busy is asked about first."""
    if len(room_ids) < most:
        return False
    return sum(_is_live(rooms, room_id) for room_id in room_ids) >= most


def _is_live(rooms: Rooms, room_id: str) -> bool:
    try:
        return rooms.video.room_now(room_id).live
    except Exception:
        # Nobody is refused on a guess: the vendor has the last word when the call begins.
        return False


def _can_host(rooms: Rooms, key: str) -> bool:
    try:
        account = rooms.video.host(key)
    except Exception as fault:
        if getattr(fault, "user_unknown", False):
            return False
        raise
    return account.active and account.licensed


def _others(rooms: Rooms, tx: Session, visit: Visit) -> list[str]:
    vendor, site = rooms.video.vendor, rooms.sites.by_name(visit.site)
    who = named(tx, vendor, site.name, visit.practitioner_id) if visit.practitioner_id else None
    found = hosts_for(tx, vendor, site, visit.department, who)
    return [one.key for one in found if one.key != visit.host_key]


def _give_to(rooms: Rooms, visit_id: str, key: str) -> None:
    with telling(rooms) as told:
        visit = hold_visit(told.tx, visit_id)
        if visit is not None:
            visit.host_key = key
            told.tell(visit_id, "meeting")
