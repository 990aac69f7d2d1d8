"""Notes that their authors are still writing."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.models import WorkingNote


def find_working_note(tx: Session, visit_id: str, staff_id: str) -> WorkingNote | None:
    """What this person has typed for the visit."""
    return tx.get(WorkingNote, (visit_id, staff_id))


def keep_working_note(
    tx: Session, visit_id: str, staff_id: str, text: str, revision: int, now: datetime
) -> None:
    """Keep the text as this revision, in the place of what was there. The visit is held."""
    tx.merge(WorkingNote(visit_id=visit_id, staff_id=staff_id, text=text, revision=revision, saved_at=now))


def drop_working_note(tx: Session, visit_id: str, staff_id: str) -> None:
    """It has become a note that was let go."""
    tx.execute(delete(WorkingNote).where(WorkingNote.visit_id == visit_id, WorkingNote.staff_id == staff_id))


def forget_working_notes(tx: Session, before: datetime) -> None:
    """What nobody has touched since then goes."""
    tx.execute(delete(WorkingNote).where(WorkingNote.saved_at < before))
