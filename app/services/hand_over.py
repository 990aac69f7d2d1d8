"""A visit is handed to another provider of the same site; everybody keeps their link."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.errors.people import NobodyToHandTo
from app.errors.visit import VisitClosed, VisitUnknown
from app.models import Meeting, Visit
from app.ports import Rooms
from app.services.change_video import held_meeting, leave_meeting
from app.services.choose_host import account_of, choose_host
from app.services.close_visit import given, held
from app.services.meeting_record import video_for
from app.services.ring import Telling, telling
from app.signin.session_view import SessionView
from app.store.directory import practitioners, users_by_key
from app.store.handed import handed_to, last_reason, sessions_of
from app.store.meetings import active_meeting
from app.store.people import person_in_role
from app.store.sessions import grant_visits
from app.store.visits import note_act, peek_visit
from app.visits.deeds import Deed
from app.visits.states import UNFINISHED, Act, MeetingState, Role, VisitState


@dataclass(frozen=True)
class Colleague:
    """A practitioner of the site to whom the visit may be handed."""

    id: str
    name: str = field(repr=False)


@dataclass(frozen=True)
class Handed:
    """That it was: from whom, when (UTC) and why. `stuck`: the account that the running call belongs to,
    which the new provider's is not."""

    before: str | None
    at: datetime
    reason: str | None = field(repr=False)
    stuck: str | None


def colleagues_of(rooms: Rooms, visit_id: str) -> tuple[Colleague, ...]:
    """Whom the site's chart has told of, by name, but for who has the visit. Raises VisitUnknown."""
    with rooms.db.read() as tx:
        visit = peek_visit(tx, visit_id)
        if visit is None:
            raise VisitUnknown
        known = practitioners(tx, [visit.site])
        found = [Colleague(one.practitioner_id, one.name) for one in known if one.name]
    others = (one for one in found if one.id != visit.practitioner_id)
    return tuple(sorted(others, key=lambda one: one.name.casefold()))


def hand_over(rooms: Rooms, session: SessionView, visit_id: str, to: str, reason: str) -> None:
    """The visit is theirs from now on: in schedules, on pages, in messages. No vendor is called.

    A call that is under way stays where it is; a meeting that their account cannot host and that nobody is in
    gives way to a new one. Raises VisitUnknown, VisitClosed, ReasonMissing or NobodyToHandTo.
    """
    with telling(rooms) as told:
        meeting = held_meeting(told, visit_id)
        visit = held(told, visit_id)
        if VisitState(visit.state) not in UNFINISHED:
            raise VisitClosed
        why = given(reason)
        if to == visit.practitioner_id:
            # Pressed twice.
            return
        known = practitioners(told.tx, [visit.site])
        them = next((one for one in known if one.practitioner_id == to and one.name), None)
        if them is None:
            raise NobodyToHandTo
        before = visit.practitioner_id or ""
        _name(visit, to, them.name, told.now)
        _host(rooms, told, visit, meeting)
        note_act(told.tx, visit, Act.HAND_OVER, told.now, staff_id=session.staff_id, reason=why)
        for session_id in sessions_of(told.tx, visit.site, to, rooms.wall.now()):
            grant_visits(told.tx, session_id, [visit.id])
        told.tell(visit.id, "state")
        told.note(session, Deed.HAND_OVER, visit.id, before=before, to=to)


def receive_handed(rooms: Rooms, session: SessionView) -> None:
    """What was handed to this provider before they signed in is theirs to open."""
    if session.site is None or session.practitioner_id is None:
        return
    with rooms.db.read() as tx:
        mine = handed_to(tx, session.site, session.practitioner_id, session.id)
    if mine:
        with rooms.db.write() as tx:
            grant_visits(tx, session.id, mine)


def settle_handed(rooms: Rooms, visit_id: str) -> None:
    """Before a Start: a call that held up the hand-over and is empty by now gives way."""
    with rooms.db.read() as tx:
        visit, meeting = peek_visit(tx, visit_id), active_meeting(tx, visit_id)
        if visit is None or visit.handed_at is None or meeting is None:
            return
        if meeting.state == MeetingState.LIVE or _can_host(rooms, tx, visit, meeting):
            return
    with telling(rooms) as told:
        meeting = held_meeting(told, visit_id)
        visit = held(told, visit_id)
        if visit.handed_at is not None and VisitState(visit.state) in UNFINISHED:
            _host(rooms, told, visit, meeting)


def handed_of(rooms: Rooms, tx: Session, visit: Visit) -> Handed | None:
    """How the visit was handed over last, as far as it counts still."""
    if visit.handed_at is None:
        return None
    meeting = active_meeting(tx, visit.id)
    stuck = meeting.host_key if meeting and _is_stuck(rooms, tx, visit, meeting) else None
    return Handed(visit.handed_from_name, visit.handed_at, last_reason(tx, visit.id), stuck)


def _name(visit: Visit, to: str, name: str, now: datetime) -> None:
    if visit.handed_at is None:
        visit.handed_from_id, visit.handed_from_name = visit.practitioner_id, visit.practitioner_name
    visit.practitioner_id, visit.practitioner_name, visit.handed_at = to, name, now
    if to == visit.handed_from_id:
        # Handed back: as the chart has it.
        visit.handed_from_id = visit.handed_from_name = visit.handed_at = None
    if host := person_in_role(visit, Role.HOST):
        host.name = name


def _host(rooms: Rooms, told: Telling, visit: Visit, meeting: Meeting | None) -> None:
    """Who hosts from now on. What belongs to another account stays only while somebody is in the call."""
    site, vendor = rooms.sites.by_name(visit.site), rooms.video.vendor
    if meeting is not None and not _can_host(rooms, told.tx, visit, meeting):
        if meeting.state == MeetingState.LIVE:
            return
        told.tx.flush()
        leave_meeting(told, meeting)
        for person in visit.people:
            person.join_clicked_at = None
    wanted = visit.practitioner_id
    visit.host_key = choose_host(told.tx, vendor, site, visit.department, practitioner_id=wanted)
    told.tell(visit.id, "meeting")


def _is_stuck(rooms: Rooms, tx: Session, visit: Visit, meeting: Meeting) -> bool:
    return meeting.state == MeetingState.LIVE and not _can_host(rooms, tx, visit, meeting)


def _can_host(rooms: Rooms, tx: Session, visit: Visit, meeting: Meeting) -> bool:
    """Whether the meeting's host or alternative host is the account of who has the visit now."""
    if not video_for(rooms, visit).signs_hosts_in or visit.practitioner_id is None:
        return True
    vendor, site = rooms.video.vendor, rooms.sites.by_name(visit.site)
    own = account_of(tx, vendor, site, visit.practitioner_id)
    if own is None:
        return False
    user = users_by_key(tx, vendor, [own]).get(own)
    keys = {own, user.user_id, user.email} if user else {own}
    return not keys.isdisjoint((meeting.host_key, meeting.host_id, meeting.host_email, meeting.cover_id))
