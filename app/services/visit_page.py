"""What the page of one visit shows to staff."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.errors.visit import VisitUnknown
from app.models import Participant, Visit
from app.ports import Rooms, Video
from app.services.aside import Aside, aside_of
from app.services.call_news import CallNews, call_news
from app.services.change_video import other_video
from app.services.close_visit import was_here
from app.services.guests_shown import guests_of_visit
from app.services.hall import policy_of
from app.services.link_messages import LinkMessage, messages_to
from app.services.meeting_record import video_for
from app.services.people_shown import PersonShown, person_shown
from app.services.recordings_shown import VisitRecording, recording_of_visit
from app.services.visit_meeting import MeetingShown, meeting_shown
from app.signin.roles import may
from app.signin.session_view import SessionView
from app.sites import Policy
from app.store.people import person_in_role
from app.store.sessions import find_launch_note
from app.store.visits import acts_of, end_of, find_visit, slot_of
from app.visits.door import START_BEFORE, no_show_is_offered, start_is_possible
from app.visits.states import UNFINISHED, Act, Role, VisitState, allows
from app.visits.strip import PatientStrip, patient_strip

# https://hl7.org/fhir/R4/valueset-appointmentstatus.html
FULFILLED = "fulfilled"


@dataclass(frozen=True)
class ActShown:
    """What moved the visit, when, and why. `act` None: the visit met, or the chart."""

    act: Act
    at: datetime
    reason: str | None = field(repr=False)


@dataclass(frozen=True)
class VideoOffer:
    """Another video service, to which the visit could be moved."""

    vendor: str
    title: str


@dataclass(frozen=True)
class VideoShown:
    """Where the call is. `tells`: who is in it; `since`: when the visit was moved, if it ever was."""

    title: str
    tells: bool
    since: datetime | None
    news: CallNews


@dataclass(frozen=True)
class Offers:
    """What this person may do now. `start_from` says when they can start, where it is too early."""

    start: bool
    start_from: datetime | None
    finish: bool
    no_show: bool
    cancel: bool
    reopen: bool
    send: bool
    invite: bool
    say_wait: bool
    hand_over: bool
    move_to: VideoOffer | None = None


@dataclass(frozen=True)
class VisitPage:
    """One visit as staff see it. Instants are UTC."""

    id: str
    state: VisitState
    code: str
    revision: int
    now: datetime
    strip: PatientStrip
    start: datetime
    end: datetime
    zone: ZoneInfo
    service: str | None = field(repr=False)
    department: str | None
    practitioner: str | None
    is_ad_hoc: bool
    moved_from: datetime | None
    chart_read_at: datetime
    chart_status: str | None
    chart_warning: str | None
    opened_at: datetime | None
    met_at: datetime | None
    closed_at: datetime | None
    host_account: str | None
    patient: PersonShown
    language: str | None  # the patient's, BCP 47
    language_is_clinics: bool  # the chart tells this one too, or none
    interpreter_needed: bool
    people: tuple[PersonShown, ...]
    patient_link: str | None = field(repr=False)
    messages: tuple[LinkMessage, ...]
    meeting: MeetingShown | None
    at: VideoShown
    aside: Aside
    acts: tuple[ActShown, ...]
    offers: Offers
    found_by: str | None
    unread: tuple[str, ...]  # resources whose reading was not granted
    recording: VisitRecording

    @property
    def video(self) -> str:
        """What people call the service where the call is."""
        return self.at.title

    @property
    def news(self) -> CallNews:
        """What the service told of the call beside who is in it."""
        return self.at.news

    @property
    def somebody_is_untold(self) -> bool:
        """The patient, or somebody who was invited, waits and has not read that the clinic knows."""
        guests = (person for person in self.people if person.guest)
        return any(one.waits_since and not one.told_at for one in (self.patient, *guests))

    @property
    def host(self) -> PersonShown | None:
        """Whoever hosts."""
        return next((person for person in self.people if person.role is Role.HOST), None)

    @property
    def took_place(self) -> bool:
        """The chart says so, and we do not."""
        return took_place(self.chart_status, self.state)


def read_visit_page(rooms: Rooms, session: SessionView, visit_id: str) -> VisitPage:
    """The page as it is right now. Raises VisitUnknown."""
    with rooms.db.read() as tx:
        visit = find_visit(tx, visit_id)
        if visit is None:
            raise VisitUnknown
        return _page(rooms, tx, session, visit)


def took_place(chart_status: str | None, state: VisitState) -> bool:
    """Whether the chart holds the appointment for done, and the visit was not finished here."""
    return chart_status == FULFILLED and state not in (VisitState.FINISHED, VisitState.ENTERED_IN_ERROR)


def read_strip(rooms: Rooms, visit_id: str) -> PatientStrip:
    """The patient of the visit alone. Raises VisitUnknown."""
    with rooms.db.read() as tx:
        visit = find_visit(tx, visit_id)
    if visit is None:
        raise VisitUnknown
    return strip_of(visit)


def strip_of(visit: Visit) -> PatientStrip:
    """The patient of the visit."""
    return patient_strip(visit.patient_name, visit.birth_date, visit.patient_mrn)


def _page(rooms: Rooms, tx: Session, session: SessionView, visit: Visit) -> VisitPage:
    now, policy, patient = rooms.clock.now(), policy_of(rooms, visit), _patient_of(visit)
    return VisitPage(
        id=visit.id,
        state=VisitState(visit.state),
        code=visit.code,
        revision=visit.revision,
        now=now,
        strip=strip_of(visit),
        start=visit.start,
        end=end_of(visit),
        zone=ZoneInfo(visit.time_zone),
        service=visit.service,
        department=visit.department_name,
        practitioner=visit.practitioner_name,
        is_ad_hoc=visit.appointment_id is None,
        moved_from=visit.moved_from if visit.moved_from != visit.start else None,
        chart_read_at=visit.chart_read_at,
        chart_status=visit.chart_status,
        chart_warning=visit.chart_warning,
        opened_at=visit.opened_at,
        met_at=visit.met_at,
        closed_at=visit.closed_at,
        host_account=visit.host_key,
        patient=person_shown(visit, patient, policy),
        language=patient.language,
        language_is_clinics=patient.language == rooms.sites.by_name(visit.site).language,
        interpreter_needed=bool(visit.interpreter_needed),
        people=_people(rooms, tx, visit, policy),
        patient_link=_link_of(rooms, patient),
        messages=messages_to(rooms, tx, patient),
        meeting=meeting_shown(tx, visit.id),
        at=_at(rooms, tx, visit),
        aside=aside_of(rooms, tx, visit),
        acts=_acts(tx, visit),
        offers=offers_for(session, visit, now, other_video(rooms, visit)),
        found_by=session.found_by if visit.patient_id == session.patient_id else None,
        unread=find_launch_note(tx, session.id).unread,
        recording=recording_of_visit(rooms, tx, session, visit),
    )


def offers_for(session: SessionView, visit: Visit, now: datetime, other: Video | None = None) -> Offers:
    """What may be done with the visit now, by this session."""
    state, slot, zone = VisitState(visit.state), slot_of(visit), ZoneInfo(visit.time_zone)
    acts = may(session.roles, "act", visit.site, visit.department)
    early = acts and state in UNFINISHED and now < slot.start - START_BEFORE
    return Offers(
        start=acts and start_is_possible(state, slot, zone, now),
        start_from=slot.start - START_BEFORE if early else None,
        finish=acts and state in UNFINISHED and state is not VisitState.PLANNED,
        no_show=acts and no_show_is_offered(state, slot, was_here(visit), now),
        cancel=acts and allows(state, Act.CANCEL),
        reopen=acts and allows(state, Act.REOPEN),
        send=state in UNFINISHED,
        invite=acts and state in UNFINISHED,
        say_wait=acts and state in UNFINISHED,
        hand_over=acts and state in UNFINISHED,
        move_to=VideoOffer(other.vendor, other.title) if other and acts and state in UNFINISHED else None,
    )


def _acts(tx: Session, visit: Visit) -> tuple[ActShown, ...]:
    return tuple(ActShown(Act(row.act), row.at, row.reason) for row in acts_of(tx, visit.id))


def _people(rooms: Rooms, tx: Session, visit: Visit, policy: Policy) -> tuple[PersonShown, ...]:
    guests = guests_of_visit(rooms, tx, visit)
    return tuple(person_shown(visit, each, policy, guests.get(each.id)) for each in visit.people)


def _at(rooms: Rooms, tx: Session, visit: Visit) -> VideoShown:
    video = video_for(rooms, visit)
    return VideoShown(video.title, video.tells_of_calls, visit.video_since, call_news(tx, visit.id))


def _patient_of(visit: Visit) -> Participant:
    found = person_in_role(visit, Role.PATIENT)
    if found is None:
        raise VisitUnknown
    return found


def _link_of(rooms: Rooms, person: Participant) -> str | None:
    has_one = person.token is not None and person.revoked_at is None
    return f"{rooms.settings.base_url}/v/{person.token}" if has_one else None
