"""Zoom's limits, shared by all processes: a pause per category of calls, and each host's hundred a day.

`pace` holds back what Zoom would refuse; here is what is done once it has refused.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select, update

from app.models import HostQuota, RatePause
from app.ports import Clock
from app.store.database import Database
from app.store.upsert import insert_new
from zoom_bridge.errors import ZoomBusy, ZoomDailyLimit, ZoomQuotaSpent
from zoom_bridge.ids import HostId
from zoom_bridge.ports import RateCategory
from zoom_bridge.quota import MOST_A_DAY, next_utc_midnight

HOST_DAY = MOST_A_DAY
# Pauses are told by Zoom, whose clock is not ours: a moved sandbox clock must not make one last for days.
LONGEST_PAUSE = timedelta(days=1)
# The limits per second pass within moments; what lasts longer is the day's.
BUSY_AT_MOST = timedelta(minutes=5)


class SharedRateGate:
    """The bridge's RateGate over the database."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def wait_allowed(self, category: RateCategory) -> None:
        """Return at once if a call may be made. Raises ZoomBusy or ZoomDailyLimit during a pause."""
        with self._db.read() as tx:
            until = tx.scalar(select(RatePause.until).where(RatePause.category == category))
        now = self._clock.now()
        if until is not None and now < until <= now + LONGEST_PAUSE:
            raise ZoomDailyLimit(until) if until - now > BUSY_AT_MOST else ZoomBusy(until)

    def pause(self, category: RateCategory, until: datetime) -> None:
        """Hold calls of this category back until then. A shorter pause never ends a longer one."""
        with self._db.write() as tx:
            if not insert_new(tx, RatePause, category=category, until=until):
                longer = (RatePause.category == category, RatePause.until < until)
                tx.execute(update(RatePause).where(*longer).values(until=until))


class SharedQuotaBook:
    """The bridge's QuotaBook over the database."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def spend(self, host_id: HostId, utc_day: date) -> None:
        """Count one. Raises ZoomQuotaSpent, counting nothing, if the day has none left."""
        mine = (HostQuota.host_key == host_id, HostQuota.day == utc_day)
        with self._db.write() as tx:
            insert_new(tx, HostQuota, host_key=host_id, day=utc_day, spent=0)
            left = update(HostQuota).where(*mine, HostQuota.spent < MOST_A_DAY)
            # `RETURNING` tells the same on both databases, whatever the driver counts.
            spent = tx.scalar(left.values(spent=HostQuota.spent + 1).returning(HostQuota.spent))
        if spent is None:
            raise ZoomQuotaSpent(next_utc_midnight(self._clock.now()))

    def note_spent_out(self, host_id: HostId, utc_day: date) -> None:
        """Zoom says that the day has none left."""
        with self._db.write() as tx:
            if not insert_new(tx, HostQuota, host_key=host_id, day=utc_day, spent=MOST_A_DAY):
                mine = (HostQuota.host_key == host_id, HostQuota.day == utc_day)
                tx.execute(update(HostQuota).where(*mine).values(spent=MOST_A_DAY))
