"""The journal of deliveries: each with its effect, found by what its cover says, emptied after its time."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, select, update
from sqlalchemy.orm import Session, defer

from app.models import CallFactRow, CallNoteRow, InboxRow, Meeting, Visit, VisitMeeting

PAGE = 50
UNREAD = "unread"
# Several processes write at once: who came first is not always first in number.
OUT_OF_TURN = 1000


@dataclass(frozen=True)
class Search:
    """What a page of the journal holds. `before`: the number that ended the page before it."""

    since: datetime
    until: datetime | None = None
    event: str = ""
    effect: str = ""
    code: str = ""
    request_id: str = ""
    before: int | None = None


@dataclass(frozen=True)
class Entered:
    """A delivery as the journal lists it. `told_ms`: when it happened, by the vendor. Instants are UTC."""

    seq: int
    vendor: str
    event: str | None
    effect: str
    received_at: datetime
    told_ms: int | None
    read_at: datetime | None
    attempts: int
    request_id: str | None
    told_room: str | None
    shredded_at: datetime | None
    codes: tuple[str, ...] = ()

    @property
    def late(self) -> timedelta | None:
        """How long after it happened it came; None where the delivery does not say when."""
        if self.told_ms is None:
            return None
        return timedelta(milliseconds=round(self.received_at.timestamp() * 1000) - self.told_ms)


@dataclass(frozen=True)
class FactTold:
    """A fact of a call that a delivery was the first to tell, and of which visits' call."""

    kind: str
    at: datetime
    whose: str | None = field(repr=False)


def list_deliveries(tx: Session, search: Search, sites: Collection[str] | None) -> tuple[Entered, ...]:
    """A page, the newest first. `sites`: only of meetings of their visits; None: of whatever."""
    wanted = (
        select(InboxRow)
        .options(defer(InboxRow.body))
        .where(*_matches(search), *_within(sites), InboxRow.seq >= _first_since(tx, search.since))
        .order_by(InboxRow.seq.desc())
        .limit(PAGE)
    )
    rows = tx.scalars(wanted).all()
    codes = _codes(tx, {row.told_room for row in rows if row.told_room})
    return tuple(_entered(row, codes.get((row.vendor, row.told_room or ""), ())) for row in rows)


def find_delivery(tx: Session, seq: int, sites: Collection[str] | None) -> tuple[Entered, str] | None:
    """One with its body, empty once it was shredded."""
    row = tx.scalar(select(InboxRow).where(InboxRow.seq == seq, *_within(sites)))
    if row is None:
        return None
    codes = _codes(tx, {row.told_room} if row.told_room else ())
    return _entered(row, codes.get((row.vendor, row.told_room or ""), ())), row.body


def facts_first_told(tx: Session, entered: Entered) -> tuple[FactTold, ...]:
    """What this delivery was the first to tell."""
    of_meeting = select(Meeting.id).where(
        Meeting.vendor == entered.vendor, Meeting.room_id == entered.told_room
    )
    return tuple(
        FactTold(*row)
        for kept in (CallFactRow, CallNoteRow)
        for row in tx.execute(
            select(kept.kind, kept.at, kept.person)
            .where(kept.meeting_id.in_(of_meeting), kept.inbox_seq == entered.seq)
            .order_by(kept.id)
        )
    )


def unread_again(tx: Session, seq: int) -> bool:
    """The delivery is to be read once more, with all its tries. False for one that was shredded."""
    whole = update(InboxRow).where(InboxRow.seq == seq, InboxRow.shredded_at.is_(None))
    anew = whole.values(projected_at=None, room_id=None, attempts=0).returning(InboxRow.seq)
    return bool(tx.scalars(anew, execution_options={"synchronize_session": False}).all())


def shred(tx: Session, before: datetime, most: int, at: datetime) -> int:
    """Empty so many of those that came before then and were read. How many there were."""
    old = (
        select(InboxRow.seq)
        .where(InboxRow.shredded_at.is_(None), InboxRow.received_at < before)
        .where(InboxRow.projected_at.is_not(None))
        .order_by(InboxRow.received_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    seqs = tx.scalars(old).all()
    if seqs:
        emptied = update(InboxRow).where(InboxRow.seq.in_(seqs)).values(body="", shredded_at=at, room_id=None)
        tx.execute(emptied, execution_options={"synchronize_session": False})
    return len(seqs)


def _matches(search: Search) -> list[ColumnElement[bool]]:
    found = [InboxRow.received_at >= search.since]
    if search.until is not None:
        found.append(InboxRow.received_at <= search.until)
    if search.before is not None:
        found.append(InboxRow.seq < search.before)
    if search.event:
        found.append(InboxRow.event.startswith(search.event, autoescape=True))
    if search.request_id:
        found.append(InboxRow.request_id.contains(search.request_id, autoescape=True))
    if search.effect == UNREAD:
        found.append(InboxRow.projected_at.is_(None))
    elif search.effect:
        found.append(and_(InboxRow.projected_at.is_not(None), InboxRow.effect == search.effect))
    if search.code:
        found.append(_of_visits(Visit.code == search.code))
    return found


def _within(sites: Collection[str] | None) -> list[ColumnElement[bool]]:
    return [] if sites is None else [_of_visits(Visit.site.in_(sites))]


def _of_visits(which: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether it tells of a meeting that serves or served such a visit."""
    return exists().where(
        Meeting.vendor == InboxRow.vendor,
        Meeting.room_id == InboxRow.told_room,
        VisitMeeting.meeting_id == Meeting.id,
        Visit.id == VisitMeeting.visit_id,
        which,
    )


def _first_since(tx: Session, since: datetime) -> int:
    """A number that nothing since then is below, found without an index of times."""
    low, high = tx.execute(select(func.min(InboxRow.seq), func.max(InboxRow.seq))).one()
    low, high = low or 0, high or 0
    while low < high:
        middle = (low + high) // 2
        wanted = select(InboxRow.seq, InboxRow.received_at).where(InboxRow.seq >= middle)
        seq, received_at = tx.execute(wanted.order_by(InboxRow.seq).limit(1)).one()
        low, high = (seq + 1, high) if received_at < since else (low, middle)
    return int(low) - OUT_OF_TURN


def _codes(tx: Session, told_rooms: Iterable[str]) -> dict[tuple[str, str], tuple[str, ...]]:
    """The codes of the visits of these meetings, by vendor and its id of the meeting."""
    wanted = (
        select(Meeting.vendor, Meeting.room_id, Visit.code)
        .join(VisitMeeting, VisitMeeting.meeting_id == Meeting.id)
        .join(Visit, Visit.id == VisitMeeting.visit_id)
        .where(Meeting.room_id.in_(sorted(told_rooms)))
        .order_by(Visit.code)
    )
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for vendor, room_id, code in tx.execute(wanted):
        place = (vendor, str(room_id))
        found[place] = (*found.get(place, ()), code)
    return found


def _entered(row: Any, codes: tuple[str, ...]) -> Entered:
    return Entered(
        seq=row.seq,
        vendor=row.vendor,
        event=row.event,
        effect=(row.effect or UNREAD) if row.projected_at else UNREAD,
        received_at=row.received_at,
        told_ms=row.told_ms,
        read_at=row.projected_at,
        attempts=row.attempts,
        request_id=row.request_id,
        told_room=row.told_room,
        shredded_at=row.shredded_at,
        codes=codes,
    )
