"""A past: visits that are over and deliveries that were read, so many that tables are no longer small."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CTE, ColumnElement, String, Table, cast, insert, literal, select, text, true
from sqlalchemy.orm import Session

from app.models import Base
from app.store.database import Database
from app.visits.states import MeetingState, VisitState
from bench.clinic import open_visits

# Each row of the past is a copy of one row, but for what has to differ or says that it is over.
_DIFFERS = {
    "id",
    "visit_id",
    "meeting_id",
    "participant_id",
    "appointment_id",
    "token_hash",
    "reference",
    "room_id",
    "address",
    "body_hash",
}
_LONG_AGO = datetime(2020, 2, 29, 12, tzinfo=UTC)
_OVER: Mapping[tuple[str, str], object] = {
    ("visit", "state"): VisitState.FINISHED,
    ("visit", "start"): _LONG_AGO,
    ("visit", "closed_at"): _LONG_AGO,
    ("meeting", "state"): MeetingState.IDLE,
    ("meeting", "created_at"): _LONG_AGO,
    ("inbox", "received_at"): _LONG_AGO,
    ("inbox", "projected_at"): _LONG_AGO,
}


def add_past(database: Database, count: int) -> None:
    """So many visits more that are over, each with its patient, meeting and pass, and as many deliveries.

    One delivery has to be there that was read.
    """
    model = open_visits(database, 1, joined=True)[0]
    tables = Base.metadata.tables
    visit, participant, meeting = tables["visit"], tables["participant"], tables["meeting"]
    serving, passes, inbox = tables["visit_meeting"], tables["guest_pass"], tables["inbox"]
    one_read = select(inbox.c.seq).where(inbox.c.projected_at.is_not(None)).limit(1).scalar_subquery()
    with database.write() as tx:
        for table, which in (
            (visit, visit.c.id == model.id),
            (participant, participant.c.id == model.patient_id),
            (meeting, meeting.c.id == model.meeting_id),
            (serving, serving.c.visit_id == model.id),
            (passes, passes.c.participant_id == model.patient_id),
            (inbox, inbox.c.seq == one_read),
        ):
            _copy(tx, table, which, count)
    with database.write() as tx:
        # What the database does by itself within minutes of such a growth.
        tx.execute(text("ANALYZE"))


def _copy(tx: Session, table: Table, which: ColumnElement[bool], count: int) -> None:
    numbers = _numbers(count)
    # The numbers of deliveries are given by the database.
    columns = [column for column in table.columns if column.name != "seq"]
    values = [_value(table, column, numbers) for column in columns]
    copies = select(*values).select_from(table.join(numbers, true())).where(which)
    tx.execute(insert(table).from_select([column.name for column in columns], copies))


def _numbers(count: int) -> CTE:
    one = select(literal(1).label("n")).cte("numbers", recursive=True)
    return one.union_all(select(one.c.n + 1).where(one.c.n < count))


def _value(table: Table, column: ColumnElement[Any], numbers: CTE) -> ColumnElement[Any]:
    over = _OVER.get((table.name, str(column.key)))
    if over is not None:
        return literal(over, column.type)
    return column.concat("-").concat(cast(numbers.c.n, String)) if column.key in _DIFFERS else column
