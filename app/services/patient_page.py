"""What a patient's page shows: our row of the visit and the department's words; the chart is never read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.errors.links import LinkUnknown
from app.ports import Rooms
from app.services.call_news import recording_of
from app.services.dial_in import PhoneWay, phone_way
from app.services.meeting_record import video_for
from app.services.patient_presence import LinkedPerson
from app.services.recording_consent import Question, question_for
from app.services.say_wait import WaitSaid, wait_said
from app.services.shown_name import shown_name
from app.store.people import person_of
from app.store.visits import end_of, find_visit
from app.visits.door import JOIN_DOORS, NOBODYS_DOORS, Door
from app.visits.notes import Recording
from app.visits.states import Role


@dataclass(frozen=True)
class PatientPage:
    """One page of one link. Instants are UTC. `revision` grows with every change that it shows."""

    door: Door
    revision: int
    participant_id: str
    role: Role
    language: str | None
    clinic: str
    department: str | None
    practitioner: str | None
    start: datetime
    end: datetime
    zone: ZoneInfo
    opens_at: datetime  # from when on the page is a waiting room
    moved_from: datetime | None
    told_at: datetime | None
    code: str
    name_in_call: str
    phone: str | None
    video: str  # what people call the service
    was_moved: bool  # to another service than it was first, or back
    early_message: Mapping[str, str]
    recording: Question | None  # whether the visit may be recorded
    recorded: Recording | None  # what the service says of a recording
    wait: WaitSaid | None
    by_phone: PhoneWay | None
    handed_from: str | None  # who hands the visit to `practitioner`

    @property
    def is_nobodys(self) -> bool:
        """The link opens nothing any more, and tells nothing of the visit."""
        return self.door in NOBODYS_DOORS

    @property
    def may_join(self) -> bool:
        """Whether a Join click opens the meeting now."""
        return self.door in JOIN_DOORS


def read_patient_page(rooms: Rooms, linked: LinkedPerson) -> PatientPage:
    """The page for the person behind a link. Raises LinkUnknown if the visit is gone."""
    with rooms.db.read() as tx:
        visit = find_visit(tx, linked.visit_id)
        person = person_of(visit, linked.participant_id) if visit else None
        if visit is None or person is None:
            raise LinkUnknown
        question = question_for(rooms, tx, visit, person)
        recorded = recording_of(tx, visit.id)
        by_phone = phone_way(rooms, tx, visit)
    site = rooms.sites.by_name(visit.site)
    policy = site.policy(visit.department)
    return PatientPage(
        door=linked.door,
        revision=linked.revision,
        participant_id=linked.participant_id,
        role=linked.role,
        language=linked.language,
        clinic=site.title,
        department=visit.department_name,
        practitioner=visit.practitioner_name,
        start=visit.start,
        end=end_of(visit),
        zone=ZoneInfo(visit.time_zone),
        opens_at=visit.start - timedelta(minutes=policy.early_minutes),
        moved_from=visit.moved_from if visit.moved_from != visit.start else None,
        told_at=linked.told_at,
        code=visit.code,
        name_in_call=shown_name(policy, visit, person),
        phone=policy.phone,
        video=video_for(rooms, visit).title,
        was_moved=visit.video_since is not None,
        early_message=policy.early_message,
        recording=question,
        recorded=recorded,
        wait=wait_said(visit),
        by_phone=by_phone if linked.door in JOIN_DOORS else None,
        handed_from=visit.handed_from_name if visit.handed_at else None,
    )
