"""How the reading of a site's appointments stands: search by search, its budget, and the last back-fill."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.orm import Session

from app.models import SyncLeg
from app.ports import Rooms
from app.services.backfill import Order
from app.services.sync_legs import Leg, legs_at
from app.sites import ClinicSite
from app.store.backfills import Course, course_of
from app.store.subscriptions import is_healthy, subscription_of
from app.store.sync import allowance_in, legs_of, purse_of
from app.sync_plan import SyncPlan, Way
from app.visits.allowance import at_once, left_by
from app.visits.windows import Band

# Older than this is more than one turn that was missed.
LATE = {Band.NEAR: timedelta(minutes=5), Band.TODAY: timedelta(minutes=30), Band.LATER: timedelta(hours=36)}


class Freshness(StrEnum):
    """What is known of a stretch, the worst first."""

    FAILED = "failed"
    UNREAD = "unread"
    LATE = "late"
    FRESH = "fresh"


@dataclass(frozen=True)
class Stretch:
    """The searches of a band for one place or practitioner; `by` is None where nobody is named.

    `read_at`: as of when all of it is known, None until all was read once. `codes`: why searches fail.
    """

    band: Band
    by: Way | None
    who: str
    searches: int
    unread: int
    found: int
    read_at: datetime | None
    tried_at: datetime | None
    codes: tuple[str, ...]
    freshness: Freshness


@dataclass(frozen=True)
class Budget:
    """Requests: what may be asked at once, of how many; `spent` since the first."""

    per_hour: int
    left: int
    full: int
    spent: int
    paused_until: datetime | None


@dataclass(frozen=True)
class BackfillCourse:
    """A back-fill, and of how many searches its `progress` is."""

    course: Course
    searches: int

    @property
    def done(self) -> int:
        """Searches that are over. The file may name fewer places than when it began."""
        return min(self.course.progress.done, self.searches)


@dataclass(frozen=True)
class Told:
    """Whether the EHR tells of changes. `code`: why it does not, as a code or a word of ours."""

    is_on: bool
    heard_at: datetime | None
    code: str | None


@dataclass(frozen=True)
class SyncProgress:
    """A site's reading. `stretches` is empty and `budget` None where `[sync]` is not in its file."""

    site: ClinicSite
    stretches: tuple[Stretch, ...]
    budget: Budget | None
    backfill: BackfillCourse | None
    told: Told | None = None


def sync_progress(rooms: Rooms, site: ClinicSite) -> SyncProgress:
    """As of now, from our own rows: the EHR is not asked."""
    now = rooms.clock.now()
    with rooms.db.read() as tx:
        backfill = _backfill(tx, site)
        if site.sync is None:
            return SyncProgress(site, (), None, backfill)
        rows = legs_of(tx, site.name)
        budget = _budget(tx, site.name, site.sync, now)
        told = _told(tx, site.name, site.sync, now)
    is_told = told is not None and told.is_on
    stretches = tuple(_stretches(site, site.sync, rows, now, is_told=is_told))
    return SyncProgress(site, stretches, budget, backfill, told)


def _told(tx: Session, site: str, plan: SyncPlan, now: datetime) -> Told | None:
    """None where the site wants none."""
    row = subscription_of(tx, site) if plan.subscription else None
    if plan.subscription is None:
        return None
    beat = timedelta(seconds=plan.subscription.heartbeat_seconds)
    heard_at, code = (row.heard_at, row.error_code) if row else (None, None)
    return Told(is_healthy(row, now, beat), heard_at, code)


def _stretches(
    site: ClinicSite, plan: SyncPlan, rows: Mapping[str, SyncLeg], now: datetime, *, is_told: bool
) -> Iterator[Stretch]:
    together: dict[tuple[Band, Way | None, str], list[Leg]] = {}
    for leg in legs_at(site, plan, now):
        together.setdefault((leg.band, leg.by, leg.who), []).append(leg)
    for (band, by, who), legs in together.items():
        there = [rows[leg.name] for leg in legs if leg.name in rows]
        # Where changes are told, what is near is searched as seldom as the day.
        late = LATE[Band.TODAY if is_told and band is Band.NEAR else band]
        yield _stretch(band, by, who, len(legs), there, now - late)


def _stretch(
    band: Band, by: Way | None, who: str, searches: int, rows: Sequence[SyncLeg], late_before: datetime
) -> Stretch:
    read = [row.read_at for row in rows if row.read_at is not None]
    tried = [row.tried_at for row in rows if row.tried_at is not None]
    codes = tuple(sorted({row.error_code for row in rows if row.error_code}))
    unread = searches - len(read)
    oldest = None if unread else min(read)
    if codes:
        freshness = Freshness.FAILED
    elif oldest is None:
        freshness = Freshness.UNREAD
    else:
        freshness = Freshness.LATE if oldest < late_before else Freshness.FRESH
    found, last = sum(row.found for row in rows), max(tried, default=None)
    return Stretch(band, by, who, searches, unread, found, oldest, last, codes, freshness)


def _budget(tx: Session, site: str, plan: SyncPlan, now: datetime) -> Budget:
    purse, full = purse_of(tx, site), at_once(plan.requests_per_hour)
    if purse is None:
        return Budget(plan.requests_per_hour, full, full, 0, None)
    left = int(left_by(allowance_in(purse), plan.requests_per_hour, now))
    paused = purse.paused_until
    still = paused if paused is not None and now < paused else None
    return Budget(plan.requests_per_hour, left, full, purse.spent, still)


def _backfill(tx: Session, site: ClinicSite) -> BackfillCourse | None:
    course = course_of(tx, site.name)
    if course is None:
        return None
    order = Order(site, site.sync or SyncPlan(), course.first, course.last)
    return BackfillCourse(course, len(order.legs))
