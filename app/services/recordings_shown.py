"""What staff see of a visit's recordings: whether there may be one, what there is, and where it stands."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.errors.recording import RecordingUnknown
from app.models import Recording, RecordingFile, Visit
from app.ports import Rooms
from app.services.hall import policy_of
from app.services.recording_consent import consent_shown
from app.signin.roles import may, may_tend
from app.signin.session_view import SessionView
from app.store.meetings import active_meeting
from app.store.recording_consents import last_answer
from app.store.recordings import files_of, kept_files, recordings_of
from app.store.staff import names_of
from app.visits.recording import OFF, Consent, Handling
from app.visits.states import UNFINISHED, VisitState

MOST = 500


@dataclass(frozen=True)
class FileShown:
    """One file. Instants are UTC; `size` is in bytes. Neither stored nor shredded: it is to be fetched."""

    id: str
    kind: str
    began_at: datetime | None
    size: int | None
    stored_at: datetime | None
    shred_at: datetime | None
    shredded_at: datetime | None
    by_hand: bool

    @property
    def is_kept(self) -> bool:
        """Whether we have it."""
        return self.stored_at is not None and self.shredded_at is None


@dataclass(frozen=True)
class RecordingShown:
    """A recording that was told of."""

    id: str
    handling: Handling
    began_at: datetime | None
    is_complete: bool
    files: tuple[FileShown, ...]

    @property
    def can_be_watched(self) -> bool:
        """Whether we have any of it."""
        return any(file.is_kept for file in self.files)


@dataclass(frozen=True)
class VisitRecording:
    """`kind`: what the department records; `by_itself`: what the meeting was made to record, if there is one.

    `consent` None: nobody has answered, or nobody is asked. `noted_by`: who of staff wrote it down.
    """

    kind: str
    asks: bool
    consent: Consent | None
    noted_by: str | None = field(repr=False)
    by_itself: str | None
    goes_on: bool  # the visit does
    may_note: bool
    may_watch: bool
    recordings: tuple[RecordingShown, ...]

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to say."""
        return self.kind != OFF or bool(self.recordings)


@dataclass(frozen=True)
class KeptRecording:
    """A file that we have, for those who look after it: no patient is named."""

    file: FileShown
    code: str
    start: datetime
    zone: ZoneInfo
    title: str
    department: str | None


def recording_of_visit(rooms: Rooms, tx: Session, session: SessionView, visit: Visit) -> VisitRecording:
    """All of it, as this session may see it."""
    rule = policy_of(rooms, visit).recording_rule
    meeting, last = active_meeting(tx, visit.id), last_answer(tx, visit.id)
    consent = consent_shown(rooms, tx, visit)
    acts = may(session.roles, "act", visit.site, visit.department)
    noted_by = last.staff_id if last and consent else None
    goes_on = VisitState(visit.state) in UNFINISHED
    recordings = tuple(_recording(tx, each) for each in recordings_of(tx, visit.id))
    waits = any(each.handling is Handling.UNCONSENTED for each in recordings)
    return VisitRecording(
        kind=rule.kind,
        asks=rule.asks,
        consent=consent,
        noted_by=names_of(tx, {noted_by}).get(noted_by) if noted_by else None,
        by_itself=meeting.recording if meeting else None,
        goes_on=goes_on,
        may_note=acts and rule.asks and (goes_on or waits),
        may_watch=acts,
        recordings=recordings,
    )


def find_shown(rooms: Rooms, visit_id: str, recording_id: str) -> RecordingShown:
    """A recording of the visit. Raises RecordingUnknown."""
    with rooms.db.read() as tx:
        for each in recordings_of(tx, visit_id):
            if each.id == recording_id:
                return _recording(tx, each)
    raise RecordingUnknown


def all_kept(rooms: Rooms, session: SessionView) -> tuple[KeptRecording, ...]:
    """What is kept of the EHRs that this person looks after, the oldest first, MOST of them."""
    with rooms.db.read() as tx:
        found = {file.id: (file, visit) for file, _recording, visit in kept_files(tx, MOST)}
    return tuple(
        KeptRecording(
            _file(file),
            visit.code,
            visit.start,
            ZoneInfo(visit.time_zone),
            rooms.sites.by_name(visit.site).title,
            visit.department_name,
        )
        for file, visit in found.values()
        if may_tend(session.roles, visit.site)
    )


def _recording(tx: Session, row: Recording) -> RecordingShown:
    return RecordingShown(
        id=row.id,
        handling=Handling(row.handling),
        began_at=row.began_at,
        is_complete=row.completed_at is not None,
        files=tuple(map(_file, files_of(tx, row.id))),
    )


def _file(row: RecordingFile) -> FileShown:
    return FileShown(
        id=row.id,
        kind=row.kind,
        began_at=row.began_at,
        size=row.size,
        stored_at=row.stored_at,
        shred_at=row.shred_at,
        shredded_at=row.shredded_at,
        by_hand=row.shredded_by is not None,
    )
