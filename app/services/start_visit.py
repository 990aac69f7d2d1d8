"""The provider starts: the meeting is made or found, the visit opens, and a fresh host link is answered."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.errors.video import HostUnread, NoHost
from app.errors.visit import StartTooEarly, StartTooLate, VisitClosed, VisitUnknown
from app.models import Visit
from app.ports import Rooms, SecretLink
from app.services.choose_host import account_of, choose_host
from app.services.ensure_meeting import ReadyMeeting, ensure_meeting, is_gone, replace_gone
from app.services.hand_over import settle_handed
from app.services.meeting_record import video_for
from app.services.refresh_presence import refresh_presence
from app.services.reread_appointment import Reread
from app.services.ring import telling
from app.services.settle_host import replace_host, settle_host
from app.services.tell_people import tell_of_change
from app.signin.session_view import SessionView
from app.store.directory import named, same_user
from app.store.people import person_in_role
from app.store.sessions import confirm_host
from app.store.visits import hold_visit, move_visit, slot_of
from app.visits.deeds import Deed
from app.visits.door import START_BEFORE, Slot, start_is_possible
from app.visits.states import UNFINISHED, Act, Role, VisitState

Question = Literal["host", "moved", "cancelled"]


@dataclass(frozen=True)
class HostLink:
    """Where the provider goes now. Never stored, no repr. `chart_read_at`: as of when the slot is known."""

    link: SecretLink
    chart_read_at: datetime
    chart_was_read: bool

    def reveal(self) -> str:
        """The link itself."""
        return self.link.reveal()


@dataclass(frozen=True)
class AskFirst:
    """Start goes on once this is agreed to: the same request again, with the question among `agreed`."""

    question: Question
    expected_host: str | None = None
    signin_url: str | None = None
    moved_to: datetime | None = None


def start_visit(
    rooms: Rooms, session: SessionView, visit_id: str, *, agreed: Set[str], chart: Reread
) -> HostLink | AskFirst:
    """A fresh link for the host, the same meeting each time; or a question.

    Raises VisitUnknown, a StartRefused, StillAtIt, or the video vendor's error.
    """
    settle_handed(rooms, visit_id)
    with rooms.db.write() as tx:
        asked = _check(rooms, tx, session, visit_id, agreed, chart)
    if asked is not None:
        return asked
    link = _into_the_call(rooms, visit_id)
    if isinstance(link, AskFirst):
        return link
    read_at = _open(rooms, session, visit_id)
    return HostLink(link, read_at, chart.appointment is not None)


def _check(
    rooms: Rooms, tx: Session, session: SessionView, visit_id: str, agreed: Set[str], chart: Reread
) -> AskFirst | None:
    visit = hold_visit(tx, visit_id)
    if visit is None:
        raise VisitUnknown
    if VisitState(visit.state) not in UNFINISHED:
        raise VisitClosed
    asked = _ask_about_chart(visit, agreed, chart)
    if asked is not None:
        return asked
    planned = slot_of(visit)
    _note_chart(visit, chart)
    tell_of_change(rooms, tx, visit, planned.start, visit.state, rooms.clock.now())
    _check_hours(rooms, visit, planned)
    _take_on(rooms, tx, session, visit)
    if visit.host_key is None:
        _name_host(rooms, tx, visit, chart)
    return _ask_about_host(rooms, tx, session, visit, agreed)


def _ask_about_chart(visit: Visit, agreed: Set[str], chart: Reread) -> AskFirst | None:
    told = chart.appointment
    if told is None:
        return None
    if told.status in ("cancelled", "entered-in-error") and "cancelled" not in agreed:
        return AskFirst("cancelled")
    if told.start is not None and told.start != visit.start and "moved" not in agreed:
        return AskFirst("moved", moved_to=told.start)
    return None


def _note_chart(visit: Visit, chart: Reread) -> None:
    """The chart's word, once the provider knows it. A cancellation that they overruled stays a warning."""
    told = chart.appointment
    if told is None or chart.read_at is None:
        return
    visit.chart_read_at, visit.chart_status = chart.read_at, told.status
    visit.chart_warning = told.status if told.is_cancelled else None
    if told.start is not None and told.start != visit.start:
        visit.moved_from = visit.start
        visit.start, visit.minutes = told.start, told.minutes


def _name_host(rooms: Rooms, tx: Session, visit: Visit, chart: Reread) -> None:
    """The chart may not have told of them when the visit was made. Raises HostUnread or NoHost."""
    if chart.practitioner is not None:
        visit.practitioner_name = chart.practitioner.name
        site = rooms.sites.by_name(visit.site)
        visit.host_key = choose_host(tx, rooms.video.vendor, site, visit.department, chart.practitioner)
        if host := person_in_role(visit, Role.HOST):
            host.name = chart.practitioner.name
    elif visit.practitioner_id is not None:
        raise HostUnread
    if visit.host_key is None:
        raise NoHost


def _take_on(rooms: Rooms, tx: Session, session: SessionView, visit: Visit) -> None:
    """The chart names nobody: the first provider to join hosts, if anything names their account."""
    if visit.practitioner_id is not None or session.practitioner_id is None or session.site != visit.site:
        return
    if VisitState(visit.state) is not VisitState.PLANNED and visit.host_key is not None:
        return
    own = account_of(tx, rooms.video.vendor, rooms.sites.by_name(visit.site), session.practitioner_id)
    if own is None:
        return
    visit.host_key = own
    if (host := person_in_role(visit, Role.HOST)) and not host.name:
        host.name = session.staff_name


def _check_hours(rooms: Rooms, visit: Visit, planned: Slot) -> None:
    """A moved visit may be started at its old time too: the provider was asked."""
    now, zone, state = rooms.clock.now(), ZoneInfo(visit.time_zone), VisitState(visit.state)
    if any(start_is_possible(state, slot, zone, now) for slot in (planned, slot_of(visit))):
        return
    if now < visit.start - START_BEFORE:
        raise StartTooEarly(visit.start - START_BEFORE)
    raise StartTooLate


def _ask_about_host(
    rooms: Rooms, tx: Session, session: SessionView, visit: Visit, agreed: Set[str]
) -> AskFirst | None:
    """Before the first Start of a day: are they signed in to the vendor under the expected account?"""
    if not video_for(rooms, visit).signs_hosts_in:
        return None
    now, zone = rooms.wall.now(), ZoneInfo(visit.time_zone)
    if "host" in agreed:
        confirm_host(tx, session.id, now)
        return None
    confirmed = session.host_confirmed_at
    if confirmed is not None and confirmed.astimezone(zone).date() == now.astimezone(zone).date():
        return None
    expected = _expected_account(rooms, tx, session, visit)
    return AskFirst("host", expected_host=expected, signin_url=rooms.settings.zoom.signin_url)


def _expected_account(rooms: Rooms, tx: Session, session: SessionView, visit: Visit) -> str | None:
    """Whoever covers for the practitioner comes as themselves: the vendor lets an alternative host begin."""
    mine, theirs = session.practitioner_id, visit.practitioner_id
    if mine is not None and theirs is not None and mine != theirs and session.site == visit.site:
        vendor, site = rooms.video.vendor, rooms.sites.by_name(visit.site)
        own, cover = account_of(tx, vendor, site, mine), named(tx, vendor, site.name, theirs).cover
        if own and cover and same_user(tx, vendor, own, cover):
            return own
    return visit.host_key


def _into_the_call(rooms: Rooms, visit_id: str) -> SecretLink | AskFirst:
    """Its host's link; or whom to sign in as, where another host takes the planned one's place."""
    other = settle_host(rooms, visit_id)
    if other is None:
        try:
            return _host_link(rooms, visit_id, ensure_meeting(rooms, visit_id))
        except Exception as fault:
            other = replace_host(rooms, visit_id, fault)
            if other is None:
                raise
    return AskFirst("host", expected_host=other, signin_url=rooms.settings.zoom.signin_url)


def _host_link(rooms: Rooms, visit_id: str, meeting: ReadyMeeting) -> SecretLink:
    if meeting.host_link is not None:
        return meeting.host_link
    try:
        return rooms.video_of(meeting.vendor).host_link(meeting.room_id)
    except Exception as fault:
        if not is_gone(fault):
            raise
    replace_gone(rooms, meeting.id)
    fresh = ensure_meeting(rooms, visit_id)
    return fresh.host_link or rooms.video_of(fresh.vendor).host_link(fresh.room_id)


def _open(rooms: Rooms, session: SessionView, visit_id: str) -> datetime:
    with telling(rooms) as told:
        visit = hold_visit(told.tx, visit_id)
        if visit is None or VisitState(visit.state) not in UNFINISHED:
            # Somebody closed it while the meeting was made.
            raise VisitClosed
        if move_visit(told.tx, visit, Act.START, told.now, staff_id=session.staff_id):
            visit.opened_at = told.now
            told.tell(visit.id, "state")
            told.note(session, Deed.START, visit.id)
        told.note(session, Deed.HOST_LINK, visit.id)
        refresh_presence(told, visit)
        return visit.chart_read_at
