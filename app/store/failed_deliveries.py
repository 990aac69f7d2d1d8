"""Deliveries that were tried in vain: how often, when they are set aside, and how they are tried again."""

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.models import InboxRow

FAILED = "failed"
MOST_TRIES = 20


def note_failure(tx: Session, seq: int, at: datetime) -> bool:
    """One more try was in vain. Tells whether it was the last: then the delivery is set aside, and kept."""
    still_unread = update(InboxRow).where(InboxRow.seq == seq, InboxRow.projected_at.is_(None))
    counted = still_unread.values(attempts=InboxRow.attempts + 1).returning(InboxRow.attempts)
    attempts = tx.scalar(counted, execution_options={"synchronize_session": False})
    if attempts is None or attempts < MOST_TRIES:
        return False
    tx.execute(update(InboxRow).where(InboxRow.seq == seq).values(projected_at=at, effect=FAILED))
    return True


def count_failed(tx: Session) -> int:
    """How many deliveries are set aside."""
    return tx.scalar(select(func.count()).where(InboxRow.effect == FAILED)) or 0


def try_failed_again(tx: Session) -> None:
    """What was set aside is unread again, with all its tries."""
    anew = {"projected_at": None, "effect": None, "attempts": 0}
    whole = (InboxRow.effect == FAILED, InboxRow.shredded_at.is_(None))
    tx.execute(update(InboxRow).where(*whole).values(anew))
