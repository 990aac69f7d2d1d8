"""Answers to the question whether a visit may be recorded: appended, never changed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import RecordingConsent
from app.visits.recording import Answer, Consent


def last_answer(tx: Session, visit_id: str) -> RecordingConsent | None:
    """The answer that counts."""
    wanted = select(RecordingConsent).where(RecordingConsent.visit_id == visit_id)
    return tx.scalar(wanted.order_by(RecordingConsent.id.desc()).limit(1))


def consent_of(tx: Session, visit_id: str) -> Consent | None:
    """The same, as the domain's value."""
    row = last_answer(tx, visit_id)
    return Consent(Answer(row.answer), row.at, row.staff_id is not None) if row else None


def add_answer(tx: Session, given: RecordingConsent) -> bool:
    """Append it. False, and nothing is, where the same person said the same last. The visit is held."""
    last = last_answer(tx, given.visit_id)
    if last is not None and _said(last) == _said(given):
        return False
    tx.add(given)
    tx.flush()
    return True


def _said(row: RecordingConsent) -> tuple[str, str | None, str | None]:
    return row.answer, row.participant_id, row.staff_id
