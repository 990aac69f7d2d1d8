"""Visits to come, as those see them who look after hosts: without their patients."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.models import HostQuota, Visit, VisitMeeting
from app.visits.states import VisitState


@dataclass(frozen=True)
class ComingVisit:
    """A planned visit. `code` tells it apart without telling whose it is."""

    id: str
    site: str
    code: str
    start: datetime
    time_zone: str
    practitioner: str | None
    department: str | None
    host_key: str | None


def hosts_of_coming(tx: Session, sites: Collection[str], start: datetime, end: datetime) -> frozenset[str]:
    """Whoever is to host planned visits of these EHRs that start in [start, end)."""
    wanted = select(Visit.host_key).where(Visit.site.in_(sites), Visit.state == VisitState.PLANNED)
    wanted = wanted.where(Visit.start >= start, Visit.start < end, Visit.host_key.is_not(None))
    return frozenset(str(key) for key in tx.scalars(wanted.distinct()))


def coming_visits(
    tx: Session,
    sites: Collection[str],
    start: datetime,
    end: datetime,
    host_keys: Collection[str],
    limit: int,
) -> tuple[ComingVisit, ...]:
    """Planned visits of these EHRs in [start, end) with one of these hosts, or none, soonest first."""
    columns = (
        Visit.id,
        Visit.site,
        Visit.code,
        Visit.start,
        Visit.time_zone,
        Visit.practitioner_name,
        Visit.department_name,
        Visit.host_key,
    )
    wanted = (
        select(*columns)
        .where(Visit.site.in_(sites), Visit.state == VisitState.PLANNED)
        .where(Visit.start >= start, Visit.start < end)
        .where(or_(Visit.host_key.is_(None), Visit.host_key.in_(host_keys)))
        .order_by(Visit.start, Visit.id)
        .limit(limit)
    )
    return tuple(ComingVisit(*row) for row in tx.execute(wanted))


def meetings_to_make(tx: Session, start: datetime, end: datetime) -> Mapping[str, int]:
    """How many visits in [start, end) still need a meeting, by the host who is to have it."""
    served = select(VisitMeeting.visit_id).where(VisitMeeting.active)
    wanted = (
        select(Visit.host_key, func.count())
        .where(Visit.state == VisitState.PLANNED, Visit.start >= start, Visit.start < end)
        .where(Visit.host_key.is_not(None), Visit.id.not_in(served))
        .group_by(Visit.host_key)
    )
    return {str(key): count for key, count in tx.execute(wanted)}


def spent_by_host(tx: Session, day: date) -> Mapping[str, int]:
    """Creates and updates of meetings on this UTC day, by host."""
    return dict(tx.execute(select(HostQuota.host_key, HostQuota.spent).where(HostQuota.day == day)).all())
