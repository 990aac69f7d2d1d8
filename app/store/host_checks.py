"""What the vendor last said of those who are to host."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from app.models import HostCheck, Visit
from app.store.upsert import insert_new
from app.visits.hosts import HostVerdict
from app.visits.states import VisitState

# A visit may begin late.
STARTED_LATE = timedelta(hours=12)


def hosts_to_check(
    tx: Session, vendor: str, start: datetime, end: datetime, checked_before: datetime, limit: int
) -> tuple[tuple[str, str], ...]:
    """Hosts (and a site) of visits in [start, end) whom nobody has asked about since then."""
    wanted = (
        select(Visit.host_key, func.min(Visit.site))
        .outerjoin(HostCheck, (HostCheck.host_key == Visit.host_key) & (HostCheck.vendor == vendor))
        .where(Visit.start >= start, Visit.start < end, Visit.host_key.is_not(None))
        .where(Visit.state.in_((VisitState.PLANNED, VisitState.OPEN)), Visit.closed_at.is_(None))
        .where(or_(HostCheck.checked_at.is_(None), HostCheck.checked_at < checked_before))
        .group_by(Visit.host_key)
        .order_by(func.min(Visit.start))
        .limit(limit)
    )
    return tuple((str(host_key), site) for host_key, site in tx.execute(wanted))


def note_verdict(tx: Session, vendor: str, host_key: str, verdict: HostVerdict, now: datetime) -> bool:
    """Keep it. Tells whether it is another one than before, or the first that is not good."""
    if insert_new(tx, HostCheck, vendor=vendor, host_key=host_key, verdict=verdict, checked_at=now):
        return verdict is not HostVerdict.OK
    mine = (HostCheck.vendor == vendor, HostCheck.host_key == host_key)
    before = tx.scalar(select(HostCheck.verdict).where(*mine))
    tx.execute(update(HostCheck).where(*mine).values(verdict=verdict, checked_at=now))
    return before != verdict


def planned_hosts(tx: Session, visit_ids: Collection[str]) -> Mapping[str, str | None]:
    """Who is named to host those of the visits that nobody has started, or moved to another service."""
    wanted = select(Visit.id, Visit.host_key).where(Visit.state == VisitState.PLANNED, Visit.video.is_(None))
    return dict(tx.execute(wanted.where(Visit.id.in_(visit_ids))).all())


def visits_to_be_hosted(tx: Session, host_key: str, start: datetime, end: datetime) -> tuple[str, ...]:
    """The visits of these days that this host is to host."""
    wanted = select(Visit.id).where(Visit.host_key == host_key, Visit.start >= start, Visit.start < end)
    return tuple(tx.scalars(wanted.order_by(Visit.id)))


def visits_to_plan(
    tx: Session, host_keys: Collection[str], practitioners: Collection[tuple[str, str]], now: datetime
) -> tuple[str, ...]:
    """Planned visits to come that these are to host, or that are of these practitioners (site, id)."""
    coming = select(Visit.id).where(Visit.state == VisitState.PLANNED, Visit.start > now - STARTED_LATE)
    ids = set(tx.scalars(coming.where(func.lower(Visit.host_key).in_({key.lower() for key in host_keys}))))
    by_site: dict[str, list[str]] = {}
    for site, practitioner_id in practitioners:
        by_site.setdefault(site, []).append(practitioner_id)
    for site, mine in by_site.items():
        ids.update(tx.scalars(coming.where(Visit.site == site, Visit.practitioner_id.in_(mine))))
    return tuple(sorted(ids))
