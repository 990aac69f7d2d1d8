"""Recordings that were told of, and our copies of their files."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.models import Meeting, Recording, RecordingFile, Visit, VisitMeeting
from app.store.upsert import insert_new


def hold_recording(tx: Session, row_id: str, meeting_id: str, instance: str, now: datetime) -> Recording:
    """The recording of this run, made if it is new, kept from others. Ahead of visits, behind the meeting."""
    insert_new(
        tx,
        Recording,
        id=row_id,
        meeting_id=meeting_id,
        instance=instance,
        told_at=now,
        handling="running",
    )
    wanted = select(Recording).where(Recording.meeting_id == meeting_id, Recording.instance == instance)
    return tx.scalars(wanted.with_for_update().execution_options(populate_existing=True)).one()


def hold_recordings(tx: Session, visit_id: str) -> tuple[Recording, ...]:
    """All of the visit's meetings, kept from others. Ahead of the visit."""
    wanted = (
        select(Recording)
        .where(Recording.meeting_id.in_(_meetings(visit_id)))
        .order_by(Recording.id)
        .with_for_update()
    )
    return tuple(tx.scalars(wanted.execution_options(populate_existing=True)))


def recordings_of(tx: Session, visit_id: str) -> tuple[Recording, ...]:
    """All of the visit's meetings, the first one first."""
    wanted = select(Recording).where(Recording.meeting_id.in_(_meetings(visit_id)))
    return tuple(tx.scalars(wanted.order_by(Recording.told_at, Recording.id)))


def incomplete_recordings(
    tx: Session, since: datetime, until: datetime, limit: int
) -> tuple[tuple[str, str, str], ...]:
    """Begun in that time and not known to be complete: the meeting, its vendor, and which run."""
    wanted = (
        select(Recording.meeting_id, Meeting.vendor, Recording.instance)
        .join(Meeting, Meeting.id == Recording.meeting_id)
        .where(Recording.completed_at.is_(None), Recording.told_at.between(since, until))
        .order_by(Recording.told_at)
        .limit(limit)
    )
    return tuple((meeting, vendor, instance) for meeting, vendor, instance in tx.execute(wanted))


def find_recording(tx: Session, recording_id: str) -> Recording | None:
    """The recording of this id."""
    return tx.get(Recording, recording_id)


def meeting_of(tx: Session, recording: Recording) -> Meeting:
    """The meeting that was recorded."""
    return tx.get_one(Meeting, recording.meeting_id)


def files_of(tx: Session, recording_id: str) -> tuple[RecordingFile, ...]:
    """Its files, in the order of their beginning."""
    wanted = select(RecordingFile).where(RecordingFile.recording_id == recording_id)
    return tuple(tx.scalars(wanted.order_by(RecordingFile.began_at, RecordingFile.id)))


def find_file(tx: Session, file_id: str) -> RecordingFile | None:
    """The file of this id."""
    return tx.get(RecordingFile, file_id)


def hold_file(tx: Session, file_id: str) -> RecordingFile | None:
    """The same, kept from others."""
    return tx.get(RecordingFile, file_id, with_for_update=True, populate_existing=True)


def files_to_shred(tx: Session, now: datetime, limit: int = 50) -> tuple[str, ...]:
    """Whose time is over, longest over first."""
    wanted = select(RecordingFile.id).where(RecordingFile.shred_at <= now, RecordingFile.name.is_not(None))
    return tuple(tx.scalars(wanted.order_by(RecordingFile.shred_at).limit(limit)))


def names_kept(tx: Session) -> frozenset[str]:
    """The names of all files that are ours to keep."""
    names = tx.scalars(select(RecordingFile.name).where(RecordingFile.name.is_not(None)))
    return frozenset(name for name in names if name)


def kept_files(tx: Session, limit: int) -> Sequence[tuple[RecordingFile, Recording, Visit]]:
    """What is kept, with a visit that it is of, the oldest first; one of several visits comes with each."""
    wanted = (
        select(RecordingFile, Recording, Visit)
        .join(Recording, Recording.id == RecordingFile.recording_id)
        .join(VisitMeeting, VisitMeeting.meeting_id == Recording.meeting_id)
        .join(Visit, Visit.id == VisitMeeting.visit_id)
        .where(RecordingFile.name.is_not(None))
        .order_by(RecordingFile.stored_at, RecordingFile.id)
        .limit(limit)
    )
    return [(file, recording, visit) for file, recording, visit in tx.execute(wanted)]


def count_kept(tx: Session) -> tuple[int, int]:
    """How many files are kept, and how many bytes of recordings they hold."""
    wanted = select(func.count(), func.coalesce(func.sum(RecordingFile.size), 0))
    count, size = tx.execute(wanted.where(RecordingFile.name.is_not(None))).one()
    return count, int(size or 0)


def _meetings(visit_id: str) -> Select[str]:
    return select(VisitMeeting.meeting_id).where(VisitMeeting.visit_id == visit_id)
