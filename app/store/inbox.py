"""The inbox: deliveries as they came, read once."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, cast

from sqlalchemy import String, Table, and_, bindparam, case, exists, func, or_, select, update
from sqlalchemy.orm import Session

from app.models import InboxRow, Meeting
from app.store.upsert import insert_new_rows

BATCH = 32
# Made once, and on the table: every delivery is taken and marked by them.
_INBOX = cast(Table, InboxRow.__table__)
_TAKE = (
    select(_INBOX.c.seq, _INBOX.c.vendor, _INBOX.c.body, _INBOX.c.received_ms)
    .where(_INBOX.c.seq.in_(bindparam("seqs", expanding=True)), _INBOX.c.projected_at.is_(None))
    .order_by(_INBOX.c.seq)
    .with_for_update(skip_locked=True)
)
_READ_EFFECT = bindparam("read_effect", type_=String)
# One that is read again tells nothing new: it was applied all the same.
_TELLS_NOTHING_NEW = or_(_READ_EFFECT == "repeated", _READ_EFFECT == "no_facts")
_EFFECT = case((and_(_INBOX.c.effect == "applied", _TELLS_NOTHING_NEW), "applied"), else_=_READ_EFFECT)
_MARK_READ = (
    update(_INBOX)
    .where(_INBOX.c.seq == bindparam("read_seq"))
    .values(projected_at=bindparam("read_at"), effect=_EFFECT, room_id=bindparam("unknown_room"))
)


@dataclass(frozen=True)
class NewDelivery:
    """An authentic delivery that has just come. `received_ms` is the real time."""

    vendor: str
    body: bytes = field(repr=False)
    received_at: datetime
    received_ms: int
    event: str | None = None
    told_ms: int | None = None
    told_room: str | None = None
    request_id: str | None = None

    @cached_property
    def body_hash(self) -> str:
        """What tells one delivery from another. A repeat has the same bytes, under whatever signature."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True)
class Delivery:
    """A kept delivery, opened. `received_ms` is the real time at which it came."""

    seq: int
    vendor: str
    body: str = field(repr=False)
    received_ms: int


@dataclass(frozen=True)
class ReadDelivery:
    """What came of a delivery. `unknown_room`: of a meeting that nobody knows yet."""

    seq: int
    effect: str
    unknown_room: str | None = None


def keep(tx: Session, deliveries: Sequence[NewDelivery]) -> Sequence[int | None]:
    """Keep the deliveries. Answers their numbers, None for each that was kept before."""
    # Sorted: two processes that are told the same must not wait for each other.
    rows = {one.body_hash: _row(one) for one in sorted(deliveries, key=lambda one: one.body_hash)}
    numbers = dict(insert_new_rows(tx, InboxRow, ("body_hash", "seq"), [*rows.values()]))
    return [numbers.pop(one.body_hash, None) for one in deliveries]


def _row(one: NewDelivery) -> dict[str, Any]:
    return {
        "body_hash": one.body_hash,
        "vendor": one.vendor,
        "body": one.body.decode("utf-8", "replace"),
        "received_at": one.received_at,
        "received_ms": one.received_ms,
        "event": one.event,
        "told_ms": one.told_ms,
        "told_room": one.told_room,
        "request_id": one.request_id,
    }


def unread(tx: Session, after: int = 0, received_before: datetime | None = None) -> tuple[int, ...]:
    """The next deliveries that nobody has read, perhaps only those of before an instant."""
    wanted = select(InboxRow.seq).where(InboxRow.projected_at.is_(None), InboxRow.seq > after)
    if received_before is not None:
        wanted = wanted.where(InboxRow.received_at <= received_before)
    return tuple(tx.scalars(wanted.order_by(InboxRow.seq).limit(BATCH)))


def count_unread(tx: Session) -> int:
    """How many deliveries nobody has read."""
    return tx.scalar(select(func.count()).where(InboxRow.projected_at.is_(None))) or 0


def take(tx: Session, seqs: Sequence[int]) -> tuple[Delivery, ...]:
    """Those of the deliveries that nobody has read or is reading, in order."""
    return tuple(Delivery(*row) for row in tx.execute(_TAKE, {"seqs": seqs}))


def mark_read(tx: Session, read: Iterable[ReadDelivery], at: datetime) -> None:
    """The deliveries were read, and this came of them."""
    rows = [
        {"read_seq": one.seq, "read_at": at, "read_effect": one.effect, "unknown_room": one.unknown_room}
        for one in read
    ]
    if rows:
        tx.connection().execute(_MARK_READ, rows)


def read_again(tx: Session) -> bool:
    """What was told of meetings that nobody knew then, and that are known now, is unread again."""
    known = exists().where(Meeting.vendor == InboxRow.vendor, Meeting.room_id == InboxRow.room_id)
    told_before = update(InboxRow).where(InboxRow.room_id.is_not(None), known, InboxRow.shredded_at.is_(None))
    unread_again = told_before.values(projected_at=None, effect=None, room_id=None).returning(InboxRow.seq)
    return bool(tx.scalars(unread_again, execution_options={"synchronize_session": False}).all())
