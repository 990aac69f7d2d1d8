"""The outbox: what we owe, claimed by one at a time and settled once."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import BindParameter, CursorResult, and_, bindparam, exists, func, or_, select, tuple_, update
from sqlalchemy.orm import Session, aliased

from app.models import OutboxRow, Visit
from app.ports import Owner
from app.store.upsert import insert_new
from app.visits.states import WriteState
from app.visits.writes import Ending

# Whoever claimed a row and has not settled it by then has died.
CLAIM_LIFE = timedelta(minutes=2)
OPEN = (WriteState.PENDING, WriteState.SENDING)
# What may still be done, or may have been: nothing of its lane goes before it.
UNSETTLED = (*OPEN, WriteState.UNKNOWN)
# What can still need the tokens of the person in whose name it goes.
OWED = (*UNSETTLED, WriteState.NEEDS_SIGN_IN)
LOOKED_FOR = (WriteState.UNKNOWN, WriteState.WRITTEN)
UNDELIVERED: tuple[WriteState, ...] = tuple(state for state in WriteState if state != WriteState.WRITTEN)
# Made once: making them costs more than running them, and every turn and every claim runs them.
_OTHER = aliased(OutboxRow)
_SAME_LANE = (_OTHER.visit_id == OutboxRow.visit_id, _OTHER.lane == OutboxRow.lane)
_EARLIER = tuple_(_OTHER.created_at, _OTHER.id) < tuple_(OutboxRow.created_at, OutboxRow.id)
# Whether an earlier row of the same lane of the visit is not settled.
_BEHIND_ANOTHER = exists().where(*_SAME_LANE, _EARLIER, _OTHER.state.in_(UNSETTLED))
_IS_BEHIND_ANOTHER = select(OutboxRow.id).where(OutboxRow.id == bindparam("row_id"), _BEHIND_ANOTHER)
_NOW: BindParameter[datetime] = bindparam("now")
_WAITING = and_(OutboxRow.state == WriteState.PENDING, OutboxRow.due_at <= _NOW, ~_BEHIND_ANOTHER)
_ABANDONED = and_(OutboxRow.state == WriteState.SENDING, OutboxRow.sent_at <= bindparam("dead_since"))
_LOOKED_FOR = and_(OutboxRow.state.in_(LOOKED_FOR), OutboxRow.look_at <= _NOW)
_DUE = (
    select(OutboxRow.id)
    .where(or_(_WAITING, _ABANDONED, _LOOKED_FOR))
    .order_by(func.coalesce(OutboxRow.look_at, OutboxRow.due_at))
    .limit(bindparam("most"))
)
_CLAIM = (
    select(OutboxRow)
    .where(OutboxRow.id == bindparam("row_id"))
    .with_for_update(skip_locked=True)
    .execution_options(populate_existing=True)
)


@dataclass(frozen=True)
class Promise:
    """Something owed. `key` makes it once, however often it is promised; `lane` keeps it in order."""

    id: str
    key: str
    visit_id: str
    kind: str
    subject: str
    channel: str | None = None
    lane: str | None = None


@dataclass(frozen=True)
class Claim:
    """A row of which this process has the word, until `CLAIM_LIFE` is over or it is settled.

    `rung`: by which way it may have gone out already, so that it is to be looked for, not sent.
    """

    id: str
    kind: str
    visit_id: str
    subject: str
    channel: str | None
    staff_id: str | None
    state: WriteState
    error: str | None
    attempts: int
    looks: int
    created_at: datetime
    sent_at: datetime | None
    look_at: datetime | None
    rung: str | None
    refused: tuple[str, ...]
    receipt: str | None


def promise(
    tx: Session,
    owed: Promise,
    now: datetime,
    staff_id: str | None = None,
    *,
    identity: str = "system",
    after: timedelta = timedelta(0),
) -> bool:
    """Owe this, from now on or `after` a while. Tells whether it was not owed before."""
    return insert_new(
        tx,
        OutboxRow,
        **vars(owed),
        staff_id=staff_id,
        identity=identity,
        state=WriteState.PENDING,
        attempts=0,
        refused="",
        looks=0,
        created_at=now,
        due_at=now + after,
    )


def due(tx: Session, now: datetime, limit: int = 20) -> tuple[str, ...]:
    """What is to be delivered or looked for now, longest due first; also what somebody never settled."""
    return tuple(tx.scalars(_DUE, {"now": now, "dead_since": now - CLAIM_LIFE, "most": limit}))


def claim(tx: Session, row_id: str, now: datetime) -> Claim | None:
    """The row, if it is due and nobody else has it."""
    row = tx.scalar(_CLAIM, {"row_id": row_id})
    if row is None:
        return None
    if row.state in LOOKED_FOR and row.look_at is not None and row.look_at <= now:
        row.look_at = now + CLAIM_LIFE
    elif _is_abandoned(row, now) and row.rung is not None:
        # It may be in the chart by now.
        row.state, row.looks, row.look_at = WriteState.UNKNOWN, 0, now + CLAIM_LIFE
    elif _is_abandoned(row, now) or (
        _is_pending(row, now) and tx.scalar(_IS_BEHIND_ANOTHER, {"row_id": row_id}) is None
    ):
        row.state, row.sent_at, row.rung = WriteState.SENDING, now, None
        row.attempts += 1
    else:
        return None
    return _claimed(row)


def note_rung(tx: Session, held: Claim, rung: str) -> bool:
    """It goes out by this way from now on. False if somebody else has taken the row over meanwhile."""
    row = _still_held(tx, held)
    if row is None:
        return False
    row.rung = rung
    return True


def bar_rung(tx: Session, held: Claim, rung: str) -> None:
    """The other system refused this way, for this row; nothing was done by it."""
    row = _still_held(tx, held)
    if row is not None:
        row.refused, row.rung = f"{row.refused} {rung}".strip(), None


def settle(tx: Session, held: Claim, ending: Ending, now: datetime) -> bool:
    """How it ended. False, and nothing changes, if somebody else has taken the row over meanwhile."""
    row = _still_held(tx, held)
    if row is None:
        return False
    row.state, row.error_code = ending.state, ending.error
    row.receipt = ending.receipt or row.receipt
    if held.state is WriteState.SENDING and ending.state not in LOOKED_FOR:
        # It was certainly not done: there is nothing to look for.
        row.rung = None
    row.looks, row.look_at = ending.looks, ending.look_at
    row.confirmed_at = ending.confirmed_at or row.confirmed_at
    if ending.due_at is not None:
        row.due_at = ending.due_at
    elif ending.state != held.state:
        row.settled_at = now
    return True


def release_for(tx: Session, staff_id: str, now: datetime) -> tuple[str, ...]:
    """This person has signed in: what waited for that is due. Of which visits it was."""
    waiting = OutboxRow.state == WriteState.NEEDS_SIGN_IN
    in_vain = and_(
        OutboxRow.state.in_(LOOKED_FOR),
        OutboxRow.confirmed_at.is_(None),
        OutboxRow.look_at.is_(None),
        OutboxRow.rung.is_not(None),
        OutboxRow.decided_by.is_(None),
    )
    wanted = select(OutboxRow).where(OutboxRow.staff_id == staff_id, or_(waiting, in_vain))
    rows = tx.scalars(wanted.with_for_update()).all()
    for row in rows:
        if row.state == WriteState.NEEDS_SIGN_IN:
            row.state, row.due_at, row.error_code = WriteState.PENDING, now, None
        else:
            row.looks, row.look_at = 0, now
    return tuple(sorted({row.visit_id for row in rows}))


def take_from_the_dead(tx: Session, now: datetime) -> int:
    """All that was being sent is due at once, for whoever knows that nobody else sends. How many rows."""
    taken = update(OutboxRow).where(OutboxRow.state == WriteState.SENDING).values(sent_at=now - CLAIM_LIFE)
    return cast(CursorResult[object], tx.execute(taken)).rowcount


def owners_owing(tx: Session) -> tuple[Owner, ...]:
    """The people in whose names something is owed, or may have to be looked for, and at which EHR."""
    looked_for = and_(OutboxRow.state == WriteState.WRITTEN, OutboxRow.look_at.is_not(None))
    wanted = (
        select(Visit.site, OutboxRow.staff_id)
        .join(Visit, Visit.id == OutboxRow.visit_id)
        .where(OutboxRow.kind.startswith("chart_"), OutboxRow.staff_id.is_not(None))
        .where(or_(OutboxRow.state.in_(OWED), looked_for))
        .distinct()
    )
    return tuple(Owner(site, staff_id) for site, staff_id in tx.execute(wanted) if staff_id)


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


def hold_rows(tx: Session, visit_id: str, kinds: Collection[str]) -> tuple[OutboxRow, ...]:
    """What is or was owed for the visit of these kinds, oldest first, kept from others until the end."""
    wanted = select(OutboxRow).where(OutboxRow.visit_id == visit_id, OutboxRow.kind.in_(kinds))
    in_order = wanted.order_by(OutboxRow.created_at, OutboxRow.id).with_for_update()
    return tuple(tx.scalars(in_order.execution_options(populate_existing=True)))


def hold_row(tx: Session, row_id: str) -> OutboxRow | None:
    """The row as it is now, kept from others until the transaction ends."""
    return tx.get(OutboxRow, row_id, with_for_update=True, populate_existing=True)


def undelivered_rows(tx: Session, loud: str, quiet: Collection[str]) -> Iterator[OutboxRow]:
    """What has not arrived, the newest first, read as far as it is asked for.

    What somebody gave up by hand is no longer there, nor what was refused with a `quiet` code, unless it is
    of the `loud` kind.
    """
    wanted = select(OutboxRow).where(OutboxRow.state.in_(UNDELIVERED))
    given_up = and_(OutboxRow.state == WriteState.GIVEN_UP, OutboxRow.reason.is_not(None))
    nobodys = and_(OutboxRow.state == WriteState.REJECTED, OutboxRow.error_code.in_(quiet))
    told = wanted.where(~given_up, or_(~nobodys, OutboxRow.error_code.is_(None), OutboxRow.kind == loud))
    yield from tx.scalars(told.order_by(OutboxRow.created_at.desc()).execution_options(yield_per=100))


def count_waiting_for(tx: Session, staff_id: str) -> int:
    """How many rows wait for the next sign-in of this person."""
    mine = (OutboxRow.staff_id == staff_id, OutboxRow.state == WriteState.NEEDS_SIGN_IN)
    return tx.scalar(select(func.count()).select_from(OutboxRow).where(*mine)) or 0


def last_of_kind(tx: Session, visit_id: str, kind: str) -> OutboxRow | None:
    """The latest row of this kind for the visit."""
    wanted = select(OutboxRow).where(OutboxRow.visit_id == visit_id, OutboxRow.kind == kind)
    return tx.scalar(wanted.order_by(OutboxRow.created_at.desc(), OutboxRow.id.desc()).limit(1))


def _is_pending(row: OutboxRow, now: datetime) -> bool:
    return row.state == WriteState.PENDING and row.due_at <= now


def _is_abandoned(row: OutboxRow, now: datetime) -> bool:
    return row.state == WriteState.SENDING and (row.sent_at is None or row.sent_at <= now - CLAIM_LIFE)


def _still_held(tx: Session, held: Claim) -> OutboxRow | None:
    row = tx.get(OutboxRow, held.id, with_for_update=True, populate_existing=True)
    mine = (held.state, held.sent_at, held.look_at)
    return row if row is not None and (row.state, row.sent_at, row.look_at) == mine else None


def _claimed(row: OutboxRow) -> Claim:
    return Claim(
        id=row.id,
        kind=row.kind,
        visit_id=row.visit_id,
        subject=row.subject,
        channel=row.channel,
        staff_id=row.staff_id,
        state=WriteState(row.state),
        error=row.error_code,
        attempts=row.attempts,
        looks=row.looks,
        created_at=row.created_at,
        sent_at=row.sent_at,
        look_at=row.look_at,
        rung=row.rung,
        refused=tuple(row.refused.split()),
        receipt=row.receipt,
    )
