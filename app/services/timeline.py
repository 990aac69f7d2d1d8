"""What happened in a visit, when it was known, and why somebody was not told."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.errors.visit import VisitUnknown
from app.models import InboxRow, Visit, VisitMoment
from app.ports import Rooms
from app.services.refresh_presence import name_in_facts
from app.services.visit_page import strip_of
from app.store.audit import listed
from app.store.facts import facts_of_visit
from app.store.outbox import rows_of
from app.store.people import patients_side
from app.store.trail import TOLD, deliveries_of, lines_of, moments_of, open_pages
from app.store.visits import acts_of, find_visit
from app.visits.deeds import Deed
from app.visits.known_late import Moment, Reason, Span, Wait, Word, reasons, waits_of
from app.visits.states import Presence, PresenceSource, Role
from app.visits.strip import PatientStrip

Kind = Literal["presence", "told", "act", "deed", "delivery", "derived", "line", "owed", "sent", "settled"]
# What is told of on the timeline by itself, or is no part of the story.
QUIET_DEEDS = {
    Deed.ACKNOWLEDGE,
    Deed.TIMELINE,
    Deed.START,
    Deed.FINISH,
    Deed.NO_SHOW,
    Deed.CANCEL,
    Deed.REOPEN,
}
UNREAD = ("failed", "unreadable")
SAME_CLOCK = timedelta(seconds=2)


@dataclass(frozen=True)
class Happened:
    """One line. `at`: when it happened; `known_at`: when it was known here, where that is another time.

    `what` is a word of ours: a presence, an act, an event, a kind of fact or of promise. Instants are UTC.
    """

    kind: Kind
    at: datetime
    what: str
    known_at: datetime | None = None
    role: Role | None = None
    detail: str = ""
    read_at: datetime | None = None

    @property
    def late(self) -> timedelta:
        """How long it took to be known."""
        return max(timedelta(0), (self.known_at or self.at) - self.at)


@dataclass(frozen=True)
class Timeline:
    """One visit's story. `roles`: of its people, as `waits` and `reasons` name them."""

    visit_id: str
    code: str
    strip: PatientStrip = field(repr=False)
    zone: ZoneInfo
    rows: tuple[Happened, ...]
    waits: tuple[Wait, ...]
    reasons: tuple[Reason, ...]
    roles: Mapping[str, Role]


def read_timeline(rooms: Rooms, visit_id: str) -> Timeline:
    """As of now. Raises VisitUnknown."""
    now = rooms.clock.now()
    ahead = now - rooms.wall.now()
    with rooms.db.read() as tx:
        visit = find_visit(tx, visit_id)
        if visit is None:
            raise VisitUnknown
        trail, told = moments_of(tx, visit_id), deliveries_of(tx, visit_id)
        roles = {person.id: Role(person.role) for person in visit.people}
        rows = (
            *_moments(trail, roles),
            *_deliveries(told),
            *_derived(tx, visit, roles),
            *_staff(tx, visit_id, ahead if abs(ahead) > SAME_CLOCK else timedelta(0)),
            *_promises(tx, visit_id),
            *(Happened("line", line.at, line.kind) for line in lines_of(tx, visit_id)),
        )
        waits, why = _why(tx, visit, trail, told, now)
    return Timeline(
        visit_id=visit.id,
        code=visit.code,
        strip=strip_of(visit),
        zone=ZoneInfo(visit.time_zone),
        rows=tuple(sorted(rows, key=lambda row: (row.at, row.known_at or row.at))),
        waits=waits,
        reasons=why,
        roles=roles,
    )


def _why(
    tx: Session, visit: Visit, trail: Iterable[VisitMoment], told: Iterable[InboxRow], now: datetime
) -> tuple[tuple[Wait, ...], tuple[Reason, ...]]:
    patients = {person.id for person in patients_side(visit)}
    waits = waits_of(_moment(one) for one in trail if one.participant_id in patients)
    # A visit that was closed keeps nobody waiting.
    end = min(now, visit.closed_at) if visit.closed_at else now
    since = min((wait.known_at for wait in waits), default=end)
    pages: tuple[Span, ...] = open_pages(tx, visit, since)
    return waits, reasons(waits, [_word(row) for row in told], pages, end)


def _moment(row: VisitMoment) -> Moment:
    if row.kind == TOLD:
        return Moment(row.participant_id, row.at, row.known_at)
    source = PresenceSource(row.source) if row.source else None
    return Moment(row.participant_id, row.at, row.known_at, Presence(row.presence or "invited"), source)


def _word(row: InboxRow) -> Word:
    return Word(
        event=row.event or "",
        happened_at=_instant(row.told_ms),
        received_at=row.received_at,
        read_at=row.projected_at,
        is_unread=row.projected_at is None or row.effect in UNREAD,
    )


def _instant(ms: int | None) -> datetime | None:
    return None if ms is None else datetime.fromtimestamp(ms / 1000, UTC)


def _moments(trail: Iterable[VisitMoment], roles: Mapping[str, Role]) -> Iterator[Happened]:
    for row in trail:
        role = roles.get(row.participant_id)
        if row.kind == TOLD:
            yield Happened("told", row.at, TOLD, role=role)
        else:
            said = (row.known_at, role, row.source or "")
            yield Happened("presence", row.at, row.presence or "", *said)


def _deliveries(told: Iterable[InboxRow]) -> Iterator[Happened]:
    for row in told:
        effect = (row.effect or "unread") if row.projected_at else "unread"
        at = _instant(row.told_ms) or row.received_at
        yield Happened("delivery", at, row.event or "", row.received_at, None, effect, row.projected_at)


def _derived(tx: Session, visit: Visit, roles: Mapping[str, Role]) -> Iterator[Happened]:
    """What nobody told: facts that were found by asking."""
    names = {name_in_facts(person): roles[person.id] for person in visit.people}
    for fact in facts_of_visit(tx, visit.id):
        known = fact.person is None or fact.person in names
        if fact.derived and known:
            yield Happened("derived", fact.at, fact.kind, role=names.get(fact.person or ""))


def _staff(tx: Session, visit_id: str, ahead: timedelta) -> Iterator[Happened]:
    """What people did: what moved the visit, and what the audit holds beside that, by the visit's clock."""
    for act in acts_of(tx, visit_id):
        yield Happened("act", act.at, act.act, detail=act.to_state)
    for row in listed(tx, visit_id, None):
        if row.act not in QUIET_DEEDS:
            yield Happened("deed", row.at + ahead, row.act)


def _promises(tx: Session, visit_id: str) -> Iterator[Happened]:
    """Messages and writes to the chart: promised, last sent, and how they ended."""
    for row in rows_of(tx, visit_id):
        yield Happened("owed", row.created_at, row.kind)
        if row.sent_at is not None:
            yield Happened("sent", row.created_at, row.kind, row.sent_at, detail=str(row.attempts))
        if row.settled_at is not None:
            how = f"{row.state} {row.error_code or ''}".strip()
            yield Happened("settled", row.created_at, row.kind, row.settled_at, detail=how)
