"""The chart moved a visit or called it off: whoever was sent the link is told by the same way."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.models import OutboxRow, Visit
from app.ports import Rooms
from app.services.send_link import KIND as SEND_LINK
from app.store.outbox import Promise, hold_rows, promise
from app.store.visits import end_of
from app.visits.states import VisitState, WriteState
from app.visits.writes import NOT_NEEDED

MOVED, OFF = "send_moved", "send_cancelled"
ARRIVED = (WriteState.WRITTEN, WriteState.SENDING, WriteState.UNKNOWN)
CALLED_OFF = (VisitState.CANCELLED, VisitState.ENTERED_IN_ERROR)
BEFORE_THE_CALL = (VisitState.PLANNED, VisitState.OPEN)


def tell_of_change(
    rooms: Rooms, tx: Session, visit: Visit, start: datetime, state: str, now: datetime
) -> None:
    """Owe what the held visit's people have to know, after it was at `start` and in `state`.

    A message that has not gone out yet tells the new time by itself: nothing more is owed then.
    """
    if VisitState(state) not in BEFORE_THE_CALL or now >= end_of(visit):
        return
    called_off = visit.state in CALLED_OFF
    if not called_off and visit.start == start:
        return
    told = hold_rows(tx, visit.id, (SEND_LINK, MOVED))
    for row in told:
        if row.kind == SEND_LINK and row.state in ARRIVED and row is _last_of(told, row):
            if called_off:
                _owe(rooms, tx, OFF, row, "", now)
            else:
                _owe_move(rooms, tx, told, row, visit, start, now)


def _owe_move(
    rooms: Rooms,
    tx: Session,
    told: tuple[OutboxRow, ...],
    sent: OutboxRow,
    visit: Visit,
    start: datetime,
    now: datetime,
) -> None:
    """As if it had moved once, from the time that they know; back before they heard, nothing is owed."""
    known = start.isoformat()
    for row in told:
        if row.kind == MOVED and row.state == WriteState.PENDING and _same_way(row, sent):
            known = row.key.rpartition("|")[2]
            row.state, row.error_code, row.settled_at = WriteState.REJECTED, NOT_NEEDED, now
    if datetime.fromisoformat(known) != visit.start:
        _owe(rooms, tx, MOVED, sent, f"{rooms.random.token()}|{known}", now)


def _owe(rooms: Rooms, tx: Session, kind: str, sent: OutboxRow, occasion: str, now: datetime) -> None:
    key = f"{kind}:{sent.subject}:{sent.channel}:{occasion}"
    row_id = rooms.random.token()
    promise(tx, Promise(row_id, key, sent.visit_id, kind, sent.subject, sent.channel), now)


def _same_way(row: OutboxRow, other: OutboxRow) -> bool:
    return (row.subject, row.channel) == (other.subject, other.channel)


def _last_of(told: tuple[OutboxRow, ...], row: OutboxRow) -> OutboxRow:
    """Sent twice by the same way, a link counts once."""
    return [one for one in told if one.kind == SEND_LINK and one.state in ARRIVED and _same_way(one, row)][-1]
