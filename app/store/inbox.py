"""The inbox: deliveries as they came, read once."""

import hashlib
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models import InboxRow
from app.store.upsert import insert_new

BATCH = 64


def body_hash(body: bytes) -> str:
    """What tells one delivery from another. A repeat has the same bytes, under whatever signature."""
    return hashlib.sha256(body).hexdigest()


def keep(tx: Session, vendor: str, body: bytes, received_at: datetime, received_ms: int) -> bool:
    """Keep the delivery. Tells whether it was new."""
    return insert_new(
        tx,
        InboxRow,
        body_hash=body_hash(body),
        vendor=vendor,
        body=body.decode("utf-8", "replace"),
        received_at=received_at,
        received_ms=received_ms,
    )


def unread(tx: Session, after: int = 0, received_before: datetime | None = None) -> tuple[int, ...]:
    """The oldest deliveries that nobody has read, perhaps only those of before an instant."""
    wanted = select(InboxRow.seq).where(InboxRow.projected_at.is_(None), InboxRow.seq > after)
    if received_before is not None:
        wanted = wanted.where(InboxRow.received_at <= received_before)
    return tuple(tx.scalars(wanted.order_by(InboxRow.seq).limit(BATCH)))


def take(tx: Session, seq: int) -> InboxRow | None:
    """The delivery, if nobody has read it or is reading it."""
    return tx.scalar(
        select(InboxRow)
        .where(InboxRow.seq == seq, InboxRow.projected_at.is_(None))
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )


def read_again(tx: Session, room_id: str) -> None:
    """The meeting of this room is known now: what it told before is to be read again."""
    told_before = update(InboxRow).where(InboxRow.room_id == room_id)
    tx.execute(told_before.values(projected_at=None, effect=None, room_id=None))
