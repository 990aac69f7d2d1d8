"""The inbox: deliveries as they came, read once."""

import hashlib
from datetime import datetime

from sqlalchemy import bindparam, exists, func, select, update
from sqlalchemy.orm import Session

from app.models import InboxRow, Meeting
from app.store.upsert import insert_new_row

BATCH = 64
# Made once: every delivery is taken by it.
_TAKE = (
    select(InboxRow)
    .where(InboxRow.seq == bindparam("seq"), InboxRow.projected_at.is_(None))
    .with_for_update(skip_locked=True)
    .execution_options(populate_existing=True)
)


def body_hash(body: bytes) -> str:
    """What tells one delivery from another. A repeat has the same bytes, under whatever signature."""
    return hashlib.sha256(body).hexdigest()


def keep(tx: Session, vendor: str, body: bytes, received_at: datetime, received_ms: int) -> int | None:
    """Keep the delivery. Answers its number, or None if it was kept before."""
    return insert_new_row(
        tx,
        InboxRow,
        InboxRow.seq,
        body_hash=body_hash(body),
        vendor=vendor,
        body=body.decode("utf-8", "replace"),
        received_at=received_at,
        received_ms=received_ms,
    )


def unread(tx: Session, after: int = 0, received_before: datetime | None = None) -> tuple[int, ...]:
    """The next deliveries that nobody has read, perhaps only those of before an instant."""
    wanted = select(InboxRow.seq).where(InboxRow.projected_at.is_(None), InboxRow.seq > after)
    if received_before is not None:
        wanted = wanted.where(InboxRow.received_at <= received_before)
    return tuple(tx.scalars(wanted.order_by(InboxRow.seq).limit(BATCH)))


def count_unread(tx: Session) -> int:
    """How many deliveries nobody has read."""
    return tx.scalar(select(func.count()).where(InboxRow.projected_at.is_(None))) or 0


def take(tx: Session, seq: int) -> InboxRow | None:
    """The delivery, if nobody has read it or is reading it."""
    return tx.scalar(_TAKE, {"seq": seq})


def read_again(tx: Session) -> bool:
    """What was told of meetings that nobody knew then, and that are known now, is unread again."""
    known = exists().where(Meeting.vendor == InboxRow.vendor, Meeting.room_id == InboxRow.room_id)
    told_before = update(InboxRow).where(InboxRow.room_id.is_not(None), known)
    unread_again = told_before.values(projected_at=None, effect=None, room_id=None).returning(InboxRow.seq)
    return bool(tx.scalars(unread_again, execution_options={"synchronize_session": False}).all())
