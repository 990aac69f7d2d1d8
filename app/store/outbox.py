"""The outbox: what we owe, claimed by one at a time and settled once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.models import OutboxRow
from app.store.upsert import insert_new
from app.visits.states import WriteState

# Whoever claimed a row and has not settled it by then has died.
CLAIM_LIFE = timedelta(minutes=2)
OPEN = (WriteState.PENDING, WriteState.SENDING)
UNDELIVERED: tuple[WriteState, ...] = tuple(state for state in WriteState if state != WriteState.WRITTEN)


@dataclass(frozen=True)
class Promise:
    """Something owed. `key` makes it once, however often it is promised."""

    id: str
    key: str
    visit_id: str
    kind: str
    subject: str
    channel: str | None = None


def promise(tx: Session, owed: Promise, now: datetime, staff_id: str | None = None) -> bool:
    """Owe this, from now on. Tells whether it was not owed before."""
    return insert_new(
        tx,
        OutboxRow,
        **vars(owed),
        staff_id=staff_id,
        identity="system",
        state=WriteState.PENDING,
        attempts=0,
        created_at=now,
        due_at=now,
    )


def due(tx: Session, now: datetime, limit: int = 20) -> tuple[str, ...]:
    """What is to be delivered now, longest due first; also what somebody began and never settled."""
    waiting = and_(OutboxRow.state == WriteState.PENDING, OutboxRow.due_at <= now)
    abandoned = and_(OutboxRow.state == WriteState.SENDING, OutboxRow.sent_at <= now - CLAIM_LIFE)
    wanted = select(OutboxRow.id).where(or_(waiting, abandoned)).order_by(OutboxRow.due_at)
    return tuple(tx.scalars(wanted.limit(limit)))


def claim(tx: Session, row_id: str, now: datetime) -> OutboxRow | None:
    """The row, if it is due and nobody else delivers it; it is `sending` from here on."""
    row = tx.scalar(
        select(OutboxRow)
        .where(OutboxRow.id == row_id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    if row is None or not _is_due(row, now):
        return None
    row.state = WriteState.SENDING
    row.attempts += 1
    row.sent_at = now
    return row


def settle(
    tx: Session,
    row_id: str,
    state: WriteState,
    at: datetime,
    *,
    error: str | None = None,
    receipt: str | None = None,
) -> None:
    """How it ended."""
    row = tx.get_one(OutboxRow, row_id)
    row.state, row.settled_at, row.error_code, row.receipt = state, at, error, receipt


def put_off(tx: Session, row_id: str, until: datetime, error: str) -> None:
    """Try again then."""
    row = tx.get_one(OutboxRow, row_id)
    row.state, row.due_at, row.error_code = WriteState.PENDING, until, error


def owed_since(tx: Session, kind: str, subject: str, channel: str, since: datetime) -> str | None:
    """A row of this kind for the same subject and channel that is open or was made since then."""
    return tx.scalar(
        select(OutboxRow.id)
        .where(OutboxRow.kind == kind, OutboxRow.subject == subject, OutboxRow.channel == channel)
        .where(or_(OutboxRow.state.in_(OPEN), OutboxRow.created_at >= since))
        .limit(1)
    )


def rows_of(tx: Session, visit_id: str) -> tuple[OutboxRow, ...]:
    """What is or was owed for the visit, oldest first."""
    wanted = select(OutboxRow).where(OutboxRow.visit_id == visit_id)
    return tuple(tx.scalars(wanted.order_by(OutboxRow.created_at, OutboxRow.id)))


def _is_due(row: OutboxRow, now: datetime) -> bool:
    if row.state == WriteState.PENDING:
        return row.due_at <= now
    abandoned = row.sent_at is None or row.sent_at <= now - CLAIM_LIFE
    return row.state == WriteState.SENDING and abandoned
