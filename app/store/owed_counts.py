"""How much is owed to other systems, and since when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import OutboxRow
from app.store.outbox import UNDELIVERED
from app.visits.states import WriteState


@dataclass(frozen=True)
class OwedCount:
    """Rows of one kind in one state, and when the oldest was promised."""

    count: int
    oldest: datetime


def count_owed(tx: Session) -> Mapping[tuple[str, WriteState], OwedCount]:
    """What is not delivered, by kind and state, but for what a person gave up with a reason."""
    counted = (
        select(OutboxRow.kind, OutboxRow.state, func.count(), func.min(OutboxRow.created_at))
        .where(OutboxRow.state.in_(UNDELIVERED), OutboxRow.reason.is_(None))
        .group_by(OutboxRow.kind, OutboxRow.state)
    )
    rows = tx.execute(counted)
    return {(kind, WriteState(state)): OwedCount(count, oldest) for kind, state, count, oldest in rows}
