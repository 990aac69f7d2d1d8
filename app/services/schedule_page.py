"""What the schedule shows: who waits, what comes next, what is done, and what yesterday left unfinished."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.models import Visit
from app.ports import Rooms
from app.services.visit_events import audience
from app.services.visit_page import Offers, offers_for, strip_of, took_place
from app.services.waiting import waits_since
from app.signin.session_view import SessionView
from app.store.people import patients_side
from app.store.schedule import visits_between, visits_with_waiting
from app.store.visits import end_of
from app.visits.states import UNFINISHED, Presence, VisitState
from app.visits.strip import PatientStrip


@dataclass(frozen=True)
class ScheduleRow:
    """One visit in the list. Instants are UTC."""

    visit_id: str
    code: str
    strip: PatientStrip
    start: datetime
    end: datetime
    zone: ZoneInfo
    state: VisitState
    chart_status: str | None
    service: str | None = field(repr=False)
    practitioner: str | None
    handed_from: str | None
    late_minutes: int | None  # what whoever waits is told
    department: str | None
    presence: Presence
    since: datetime | None
    waits_since: datetime | None
    told_at: datetime | None
    moved_from: datetime | None
    chart_read_at: datetime
    offers: Offers

    @property
    def is_under_way(self) -> bool:
        """Somebody waits, or the visit was started."""
        return self.waits_since is not None or self.state in (VisitState.OPEN, VisitState.IN_PROGRESS)

    def is_overdue(self, now: datetime) -> bool:
        """Its slot is over, and it never began."""
        return self.state is VisitState.PLANNED and not self.is_under_way and now >= self.end

    @property
    def took_place(self) -> bool:
        """The chart says so, and we do not."""
        return took_place(self.chart_status, self.state)


@dataclass(frozen=True)
class SchedulePage:
    """The lists, each in the order in which people look at it. `waiting` counts patients who wait."""

    now: datetime
    zone: ZoneInfo
    mine_only: bool
    can_be_mine: bool
    under_way: tuple[ScheduleRow, ...]
    overdue: tuple[ScheduleRow, ...]  # its time is over, and it never began
    coming: tuple[ScheduleRow, ...]
    done: tuple[ScheduleRow, ...]
    left_over: tuple[ScheduleRow, ...]  # of yesterday

    @property
    def waiting(self) -> int:
        """How many patients wait."""
        return sum(1 for row in (*self.under_way, *self.left_over) if row.waits_since is not None)

    @property
    def as_of(self) -> datetime | None:
        """Every row was read from the chart at this instant or later. None: there is no row."""
        rows = (*self.unfinished, *self.done)
        return min((row.chart_read_at for row in rows), default=None)

    @property
    def is_empty(self) -> bool:
        """Nothing today, and nothing of yesterday."""
        return not (self.unfinished or self.done)

    @property
    def unfinished(self) -> tuple[ScheduleRow, ...]:
        """Whatever is not closed, of yesterday too."""
        return (*self.under_way, *self.overdue, *self.coming, *self.left_over)


def read_schedule_page(rooms: Rooms, session: SessionView, *, mine: bool) -> SchedulePage:
    """Today and what yesterday left, in the clinic's zone; the session's own visits or all it may see."""
    now, zone = rooms.clock.now(), zone_of(rooms, session)
    today = _midnight(now, zone)
    only = session.practitioner_id if mine else None
    with rooms.db.read() as tx:
        found = visits_between(
            tx, audience([session]), today - timedelta(days=1), today + timedelta(days=1), only
        )
        rows = [_row(session, visit, now) for visit in found]
    todays = [row for row in rows if row.start >= today]
    unfinished = [row for row in todays if row.state in UNFINISHED]
    return SchedulePage(
        now=now,
        zone=zone,
        mine_only=only is not None,
        can_be_mine=session.practitioner_id is not None,
        under_way=_longest_waiting_first(row for row in unfinished if row.is_under_way),
        overdue=tuple(row for row in unfinished if row.is_overdue(now)),
        coming=tuple(row for row in unfinished if not (row.is_under_way or row.is_overdue(now))),
        done=tuple(row for row in todays if row.state not in UNFINISHED),
        left_over=tuple(row for row in rows if row.start < today and row.state in UNFINISHED),
    )


def others_waiting(rooms: Rooms, session: SessionView, visit_id: str) -> int:
    """How many patients of this session wait today, besides the one of this visit."""
    today = _midnight(rooms.clock.now(), zone_of(rooms, session))
    with rooms.db.read() as tx:
        waiting = visits_with_waiting(
            tx, audience([session]), today, today + timedelta(days=1), session.practitioner_id
        )
    return len(waiting - {visit_id})


def zone_of(rooms: Rooms, session: SessionView) -> ZoneInfo:
    """The zone in which this session's day begins and ends."""
    names = [session.site, *sorted(grant.site for grant in session.roles)]
    name = next((found for found in names if found), None)
    return rooms.sites.by_name(name).zone if name else rooms.sites.all()[0].zone


def _midnight(now: datetime, zone: ZoneInfo) -> datetime:
    return datetime.combine(now.astimezone(zone).date(), time(), zone)


def _longest_waiting_first(rows: Iterable[ScheduleRow]) -> tuple[ScheduleRow, ...]:
    return tuple(sorted(rows, key=lambda row: (row.waits_since is None, row.waits_since or row.start)))


def _row(session: SessionView, visit: Visit, now: datetime) -> ScheduleRow:
    patient = next(iter(patients_side(visit)), None)
    return ScheduleRow(
        visit_id=visit.id,
        code=visit.code,
        strip=strip_of(visit),
        start=visit.start,
        end=end_of(visit),
        zone=ZoneInfo(visit.time_zone),
        state=VisitState(visit.state),
        chart_status=visit.chart_status,
        service=visit.service,
        practitioner=visit.practitioner_name,
        handed_from=visit.handed_from_name if visit.handed_at else None,
        late_minutes=visit.late_minutes,
        department=visit.department_name,
        presence=Presence(patient.presence) if patient else Presence.INVITED,
        since=patient.presence_since if patient else None,
        waits_since=waits_since(VisitState(visit.state), patient),
        told_at=patient.told_at if patient else None,
        moved_from=visit.moved_from,
        chart_read_at=visit.chart_read_at,
        offers=offers_for(session, visit, now),
    )
