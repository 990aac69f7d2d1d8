"""What the chart was told of visits, what it is still owed, and what a person has to look at."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app.models import OutboxRow
from app.ports import Rooms
from app.services.chart_errands import NOTE
from app.services.decide_write import ENDED, UNDECIDED, may_decide, may_open
from app.services.keep_recording import FETCH
from app.services.visit_page import strip_of
from app.signin.session_view import SessionView
from app.store.notes import find_note
from app.store.outbox import count_waiting_for, rows_of, undelivered_rows
from app.store.staff import names_of
from app.store.visits import find_visit
from app.visits.states import WriteState
from app.visits.strip import PatientStrip
from app.visits.writes import NOT_NEEDED

MOST = 200
# The EHR takes no such thing: worth a word with the visit, and nobody's task.
QUIET = frozenset({NOT_NEEDED, "VB-1321", "VB-1322"})


@dataclass(frozen=True)
class ChartWrite:
    """One fact on its way into a chart. Instants are UTC.

    `again_at`: the next try, of a pending one. `written_at`: the EHR took it. `confirmed_at`: a later read
    found it. `must_decide`: nobody knows whether it is there, and it cannot be looked for.
    """

    id: str
    visit_id: str
    kind: str
    subject: str
    state: WriteState
    created_at: datetime
    sent_at: datetime | None
    again_at: datetime | None
    written_at: datetime | None
    confirmed_at: datetime | None
    code: str | None
    owner: str | None = field(repr=False)
    is_mine: bool
    attempts: int
    must_decide: bool
    can_retry: bool
    can_give_up: bool
    text: str | None = field(repr=False)  # of a note that is not in the chart, to copy
    reason: str | None = field(repr=False)


@dataclass(frozen=True)
class OwedToChart:
    """A write that somebody has to look at, and whose chart it is for."""

    write: ChartWrite
    strip: PatientStrip
    start: datetime
    zone: ZoneInfo
    can_open: bool  # the visit's page


def writes_of_visit(rooms: Rooms, session: SessionView, visit_id: str) -> tuple[ChartWrite, ...]:
    """All of a visit, oldest first, but for what was of no use any more."""
    with rooms.db.read() as tx:
        rows = [
            row for row in rows_of(tx, visit_id) if _is_for_the_chart(row) and row.error_code != NOT_NEEDED
        ]
        return tuple(_writes(tx, session, rows))


def writes_to_look_at(rooms: Rooms, session: SessionView) -> tuple[OwedToChart, ...]:
    """The latest MOST that have not reached a chart, or our storage, about which this session may decide."""
    found = []
    with rooms.db.read() as tx:
        owed = (row for row in undelivered_rows(tx, NOTE, QUIET) if _is_listed(row))
        mine = list(islice((row for row in owed if may_decide(tx, session, row)), MOST))
        for write in _writes(tx, session, mine):
            visit = find_visit(tx, write.visit_id)
            if visit is not None:
                zone, can_open = ZoneInfo(visit.time_zone), may_open(tx, session, visit, "see")
                found.append(OwedToChart(write, strip_of(visit), visit.start, zone, can_open))
    return tuple(found)


def waiting_for_sign_in(rooms: Rooms, session: SessionView) -> int:
    """How many writes in this person's name wait for their next sign-in."""
    with rooms.db.read() as tx:
        return count_waiting_for(tx, session.staff_id)


def _is_for_the_chart(row: OutboxRow) -> bool:
    return row.kind.startswith("chart_")


def _is_listed(row: OutboxRow) -> bool:
    """Recordings that could not be fetched stand beside what did not reach a chart."""
    return _is_for_the_chart(row) or row.kind == FETCH


def _is_quiet(row: OutboxRow) -> bool:
    return row.kind != NOTE and row.state == WriteState.REJECTED and row.error_code in QUIET


def _writes(tx: Session, session: SessionView, rows: Iterable[OutboxRow]) -> Iterable[ChartWrite]:
    rows = list(rows)
    names = names_of(tx, {row.staff_id for row in rows if row.staff_id})
    for row in rows:
        yield _write(tx, session, row, names.get(row.staff_id or ""))


def _write(tx: Session, session: SessionView, row: OutboxRow, owner: str | None) -> ChartWrite:
    state = WriteState(row.state)
    may = may_decide(tx, session, row)
    note = find_note(tx, row.id) if row.kind == NOTE and state is not WriteState.WRITTEN else None
    return ChartWrite(
        id=row.id,
        visit_id=row.visit_id,
        kind=row.kind,
        subject=row.subject,
        state=state,
        created_at=row.created_at,
        sent_at=row.sent_at,
        again_at=row.due_at if state is WriteState.PENDING else row.look_at,
        written_at=row.settled_at if state is WriteState.WRITTEN else None,
        confirmed_at=row.confirmed_at,
        code=row.error_code,
        owner=owner,
        is_mine=row.staff_id == session.staff_id,
        attempts=row.attempts,
        must_decide=may and state is WriteState.UNKNOWN and row.look_at is None,
        can_retry=may and state in ENDED and not _is_quiet(row),
        can_give_up=may and state in UNDECIDED and not _is_quiet(row),
        text=note.text if note else None,
        reason=row.reason,
    )
