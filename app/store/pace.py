"""The pace that the account's plan allows, kept by all processes together, so that Zoom need not refuse.

A plan's calls of a second are dealt out in two ways. Each process may make a few without asking anybody: that
is all that a quiet clinic needs, and costs nothing. What goes beyond is taken from a row that all share, some
calls at a time. The row says up to where its second is spoken for: each call takes its part of it.
"""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from app.models import RatePause
from app.ports import Clock
from app.store.database import Database
from app.store.quotas import SharedRateGate
from app.store.upsert import insert_new
from zoom_bridge.errors import ZoomBusy
from zoom_bridge.plans import Rate
from zoom_bridge.ports import RateCategory

# Of a plan's calls one in so many is each process's own, and so many processes are reckoned with.
OWN_PART, PROCESSES = 10, 4
# Of the shared calls of a second one in so many is taken at a time.
BLOCK_PART = 6
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class PacedGate:
    """The bridge's RateGate for an account of a known plan. Seconds are the wall's: Zoom's are."""

    def __init__(self, db: Database, clock: Clock, wall: Clock, rates: Mapping[RateCategory, Rate]) -> None:
        self._db, self._clock, self._wall = db, clock, wall
        self._pauses = SharedRateGate(db, clock)
        self._purses = {category: _Purse(rate) for category, rate in rates.items()}

    def wait_allowed(self, category: RateCategory) -> None:
        """Take one call and return at once. Raises ZoomBusy or ZoomDailyLimit if none may be made now."""
        self._pauses.wait_allowed(category)
        purse = self._purses[category]
        with purse.lock:
            now = self._wall.now()
            purse.begin(now)
            if purse.left == 0:
                purse.left = self._taken(category, purse)
            if purse.left == 0:
                raise ZoomBusy(self._clock.now() + (purse.ends - now))
            purse.left -= 1

    def pause(self, category: RateCategory, until: datetime) -> None:
        """Hold calls of this category back until then. A shorter pause never ends a longer one."""
        self._pauses.pause(category, until)

    def _taken(self, category: RateCategory, purse: "_Purse") -> int:
        """Some of the calls that all share, fewer where fewer are left."""
        row, begins = f"{category}:pace", purse.ends - purse.within
        with self._db.write() as tx:
            insert_new(tx, RatePause, category=row, until=begins)
            spoken = tx.scalar(select(RatePause.until).where(RatePause.category == row).with_for_update())
            # A second of another process's clock that is ahead of ours is taken for ours.
            since = max(spoken or begins, begins)
            count = min(purse.block, max((purse.ends - since) // purse.each, 0))
            if count:
                new = (
                    update(RatePause)
                    .where(RatePause.category == row)
                    .values(until=since + count * purse.each)
                )
                tx.execute(new)
        return count


class _Purse:
    """What this process may still call in the window that is under way. Hold the lock."""

    def __init__(self, rate: Rate) -> None:
        self.within = rate.within
        self._own = rate.calls // OWN_PART
        shared = rate.calls - PROCESSES * self._own
        self.each: timedelta = rate.within // shared
        self.block = max(1, shared // BLOCK_PART)
        self.ends, self.left = EPOCH, 0
        self.lock = threading.Lock()

    def begin(self, now: datetime) -> None:
        """Of an earlier window nothing is left."""
        ends = EPOCH + ((now - EPOCH) // self.within + 1) * self.within
        if ends != self.ends:
            self.ends, self.left = ends, self._own
