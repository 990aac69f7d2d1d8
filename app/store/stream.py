"""What open pages are told: numbered lines, in the order of their commits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import (
    ColumnElement,
    Select,
    Table,
    and_,
    bindparam,
    delete,
    false,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from app.models import SessionVisit, StreamEvent, Visit
from app.signin.roles import MAY, Grant

MOST_AT_ONCE = 500
# Any number, the same in all processes.
ADVISORY_LOCK = 7_236_142
# Made once, and on the tables: every event of a call runs them.
_VISITS, _LINES = cast(Table, Visit.__table__), cast(Table, StreamEvent.__table__)
_COUNT_REVISION = (
    update(_VISITS)
    .where(_VISITS.c.id.in_(bindparam("visits", expanding=True)))
    .values(revision=_VISITS.c.revision + 1)
)
_APPEND = insert(_LINES).returning(_LINES.c.n)


@dataclass(frozen=True)
class Line:
    """Something changed in a visit. `kind`: presence, state, meeting, told or slot."""

    visit_id: str
    kind: str


@dataclass(frozen=True)
class VisitEvent:
    """A numbered line. `received_ms` is the real time of its cause."""

    n: int
    visit_id: str
    kind: str
    received_ms: int


@dataclass(frozen=True)
class Audience:
    """Whose pages: launch sessions hear of the visits they may open, local ones of their departments."""

    launch_sessions: frozenset[str]
    grants: frozenset[Grant]


def append_lines(tx: Session, lines: Mapping[Line, int], at: datetime) -> int:
    """Number the lines, each with the real time of its cause, and count them as revisions of their visits.

    The last act of a transaction. Answers the last number, 0 if there was none. On PostgreSQL numbers are
    given one transaction after another: a reader who saw 6 and asks for what comes after it must not miss 5.
    """
    if not lines:
        return 0
    visits = sorted({line.visit_id for line in lines})
    tx.flush()
    tx.execute(_COUNT_REVISION, {"visits": visits})
    if tx.get_bind().dialect.name == "postgresql":
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
    rows = [
        {"visit_id": line.visit_id, "kind": line.kind, "at": at, "received_ms": received_ms}
        for line, received_ms in lines.items()
    ]
    numbers: Iterable[int] = tx.connection().execute(_APPEND, rows).scalars()
    return max(numbers)


def events_after(tx: Session, after: int, audience: Audience) -> tuple[VisitEvent, ...]:
    """What this audience is told after that number, in order, at most 500 at once."""
    wanted = (
        select(StreamEvent.n, StreamEvent.visit_id, StreamEvent.kind, StreamEvent.received_ms)
        .where(StreamEvent.n > after, StreamEvent.visit_id.in_(visits_heard_by(audience)))
        .order_by(StreamEvent.n)
        .limit(MOST_AT_ONCE)
    )
    return tuple(VisitEvent(*row) for row in tx.execute(wanted))


def latest(tx: Session) -> int:
    """The number of the last line, 0 before the first."""
    return tx.scalar(select(func.max(StreamEvent.n))) or 0


def forget_before(tx: Session, instant: datetime) -> None:
    """Lines of before are of no use to anybody: pages that missed so much load anew."""
    tx.execute(delete(StreamEvent).where(StreamEvent.at < instant))


def visits_heard_by(audience: Audience) -> Select[str]:
    """The ids of the visits that this audience may hear of."""
    granted = select(SessionVisit.visit_id).where(SessionVisit.session_id.in_(audience.launch_sessions))
    places = [_place(grant) for grant in audience.grants if "see" in MAY[grant.role]]
    return select(Visit.id).where(or_(false(), Visit.id.in_(granted), *places))


def _place(grant: Grant) -> ColumnElement[bool]:
    site = [Visit.site == grant.site] if grant.site else []
    department = [Visit.department == grant.department] if grant.department else []
    return and_(Visit.id.is_not(None), *site, *department)
