"""Runs that are over, and whether the vendor's record of them is still to be read."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from app.models import Meeting, MeetingInstance, RunCheck
from app.store.upsert import insert_new


def runs_to_judge(
    tx: Session, vendors: Collection[str], since: datetime, before: datetime, limit: int
) -> tuple[tuple[str, str], ...]:
    """Runs (meeting, uuid) that ended between the two, or that another followed, and nobody has judged."""
    later = aliased(MeetingInstance)
    followed = select(later.uuid).where(
        later.meeting_id == MeetingInstance.meeting_id, later.started_at > MeetingInstance.started_at
    )
    ended = MeetingInstance.ended_at < before
    wanted = (
        select(MeetingInstance.meeting_id, MeetingInstance.uuid)
        .join(Meeting, Meeting.id == MeetingInstance.meeting_id)
        .outerjoin(
            RunCheck,
            (RunCheck.meeting_id == MeetingInstance.meeting_id) & (RunCheck.uuid == MeetingInstance.uuid),
        )
        .where(Meeting.vendor.in_(vendors), MeetingInstance.started_at > since, RunCheck.uuid.is_(None))
        .where(ended | (MeetingInstance.ended_at.is_(None) & followed.exists()))
        .order_by(MeetingInstance.started_at)
        .limit(limit)
    )
    return tuple((meeting_id, uuid) for meeting_id, uuid in tx.execute(wanted))


def note_judged(tx: Session, meeting_id: str, uuid: str, due_at: datetime | None) -> None:
    """The run's record is to be read then; None: it is known as a whole."""
    insert_new(tx, RunCheck, meeting_id=meeting_id, uuid=uuid, due_at=due_at, tries=0)


def claim_runs(tx: Session, now: datetime, until: datetime, limit: int) -> tuple[tuple[str, str, int], ...]:
    """Runs (meeting, uuid, tries before) whose record is to be read now; nobody else has them before then."""
    due = select(RunCheck.meeting_id, RunCheck.uuid).where(RunCheck.due_at <= now)
    found = tx.execute(due.order_by(RunCheck.due_at).limit(limit)).all()
    taken = []
    for meeting_id, uuid in found:
        mine = (RunCheck.meeting_id == meeting_id, RunCheck.uuid == uuid, RunCheck.due_at <= now)
        claim = update(RunCheck).where(*mine).values(due_at=until, tries=RunCheck.tries + 1)
        tries = tx.scalar(claim.returning(RunCheck.tries))
        if tries is not None:
            taken.append((meeting_id, uuid, tries - 1))
    return tuple(taken)


def note_read(tx: Session, meeting_id: str, uuid: str, due_at: datetime | None) -> None:
    """The run's record was read as far as it goes; None: nothing more will come of it."""
    mine = (RunCheck.meeting_id == meeting_id, RunCheck.uuid == uuid)
    tx.execute(update(RunCheck).where(*mine).values(due_at=due_at))
