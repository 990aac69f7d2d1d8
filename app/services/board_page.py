"""A virtual clinic's board: everybody of today by where they stand, whoever waits longest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from app.ports import Rooms
from app.services.schedule_page import ScheduleRow, read_schedule_page
from app.signin.session_view import SessionView
from app.visits.states import UNFINISHED, VisitState


class Column(StrEnum):
    """Where a visit stands, in the order in which it passes."""

    TO_COME = "to_come"
    HERE = "here"
    READY = "ready"
    WITH_PROVIDER = "with_provider"
    DONE = "done"


@dataclass(frozen=True)
class BoardPage:
    """Each column's visits. `others`: what can be chosen to show less; None chosen shows all."""

    now: datetime
    zone: ZoneInfo
    columns: dict[Column, tuple[ScheduleRow, ...]]
    providers: tuple[str, ...]
    departments: tuple[str, ...]
    provider: str | None
    department: str | None
    waiting: int

    @property
    def rows(self) -> tuple[ScheduleRow, ...]:
        """All that is shown."""
        return tuple(row for rows in self.columns.values() for row in rows)

    @property
    def unclaimed(self) -> int:
        """How many of those who wait have no provider yet."""
        waiting = (*self.columns[Column.HERE], *self.columns[Column.READY])
        return sum(1 for row in waiting if row.practitioner is None and row.waits_since is not None)


def read_board_page(
    rooms: Rooms, session: SessionView, provider: str | None, department: str | None
) -> BoardPage:
    """Of all visits of today that the session may see; what yesterday left stands on the schedule."""
    schedule = read_schedule_page(rooms, session, mine=False)
    today = (*schedule.under_way, *schedule.overdue, *schedule.coming, *schedule.done)
    shown = [
        row for row in today if provider in (None, row.practitioner) and department in (None, row.department)
    ]
    return BoardPage(
        now=schedule.now,
        zone=schedule.zone,
        columns={column: _in(column, shown) for column in Column},
        providers=_names(row.practitioner for row in today),
        departments=_names(row.department for row in today),
        provider=provider,
        department=department,
        waiting=sum(1 for row in shown if row.waits_since is not None),
    )


def column_of(row: ScheduleRow) -> Column:
    """Whoever waits after being checked in is ready, whoever is not checked in is here."""
    if row.state not in UNFINISHED:
        return Column.DONE
    if row.state is not VisitState.PLANNED and row.waits_since is None:
        return Column.WITH_PROVIDER
    if row.ready_at is not None:
        return Column.READY
    return Column.HERE if row.waits_since is not None else Column.TO_COME


def _in(column: Column, rows: Iterable[ScheduleRow]) -> tuple[ScheduleRow, ...]:
    mine = (row for row in rows if column_of(row) is column)
    return tuple(sorted(mine, key=lambda row: (row.waits_since or row.start, row.start, row.visit_id)))


def _names(found: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({name for name in found if name}, key=str.casefold))
