"""The searches of a site: for each place or practitioner the next hours, the day, and each day to come."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from app.ports import Rooms
from app.sites import ClinicSite
from app.store.subscriptions import is_healthy, subscription_of
from app.store.sync import claim_leg, forget_legs, legs_of, purse_of
from app.sync_plan import SyncPlan, Way
from app.visits.windows import Band, Window, day_window, is_due, window_of

# Whoever took a search and has not ended it by then has died.
CLAIM_LIFE = timedelta(minutes=4)


@dataclass(frozen=True)
class Leg:
    """One search: a window, and by what and for whom."""

    name: str
    band: Band
    by: Way | None
    who: str
    window: Window


def legs_at(site: ClinicSite, plan: SyncPlan, now: datetime) -> Iterator[Leg]:
    """All searches that there are at this instant, the nearest visits first."""
    for band in (Band.NEAR, Band.TODAY):
        window = window_of(band, now, site.zone)
        yield from (Leg(f"{band}:{_called(by, who)}", band, by, who, window) for by, who in plan.searches)
    tomorrow = now.astimezone(site.zone).date() + timedelta(days=1)
    for later in range(plan.horizon_days):
        yield from day_legs(site, plan, tomorrow + timedelta(days=later))


def day_legs(site: ClinicSite, plan: SyncPlan, day: date) -> Iterator[Leg]:
    """The searches of one of the clinic's days."""
    window = day_window(day, site.zone)
    for by, who in plan.searches:
        yield Leg(f"{Band.LATER}:{day}:{_called(by, who)}", Band.LATER, by, who, window)


def take_due_leg(rooms: Rooms, site: ClinicSite, plan: SyncPlan) -> Leg | None:
    """The first search that is due, taken from all other processes. None: nothing is due, or may be asked."""
    now, legs = rooms.clock.now(), tuple(legs_at(site, plan, rooms.clock.now()))
    with rooms.db.read() as tx:
        there, purse = legs_of(tx, site.name), purse_of(tx, site.name)
        is_told = _is_told(tx, site, plan, now)
    _forget(rooms, site.name, set(there) - {leg.name for leg in legs})
    if purse is not None and purse.paused_until is not None and now < purse.paused_until:
        return None
    for leg in legs:
        row = there.get(leg.name)
        read_at = row.read_at if row else None
        is_held = row is not None and row.next_at > now and (row.tried_at is None or row.tried_at <= now)
        if is_held or not is_due(leg.band, read_at, now, site.zone, plan.nightly_at, is_told=is_told):
            continue
        with rooms.db.write() as tx:
            taken = claim_leg(tx, site.name, leg.name, leg.band, now, now + CLAIM_LIFE)
        if taken:
            return leg
    return None


def _is_told(tx: Session, site: ClinicSite, plan: SyncPlan, now: datetime) -> bool:
    if plan.subscription is None:
        return False
    beat = timedelta(seconds=plan.subscription.heartbeat_seconds)
    return is_healthy(subscription_of(tx, site.name), now, beat)


def _forget(rooms: Rooms, site: str, names: set[str]) -> None:
    """Days that are past, and whom the file no longer names."""
    if names:
        with rooms.db.write() as tx:
            forget_legs(tx, site, names)


def _called(by: Way | None, who: str) -> str:
    return f"{by}/{who}" if by else "all"
