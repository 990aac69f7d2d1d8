"""Whether video services answer, for all processes: written when one falls silent, and when it is back."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.models import VideoHealth
from app.ports import Clock
from app.store.database import Database
from app.store.upsert import insert_new

log = structlog.get_logger()
# How calls end to which nobody answered, or a service in trouble did.
UNANSWERED = frozenset({"unreachable", "slow", "answer_lost", "failing", "overloaded"})
# One lost answer is no outage, and of one that nobody tried for long nobody knows.
FAILURES_BEFORE_IT_IS_ONE = 3
KNOWN_FOR = timedelta(minutes=10)
# While all goes well a process asks this seldom whether another has seen it fall silent.
LOOK_EVERY_SECONDS = 5.0


class VideoWatch:
    """Counts a service's calls by how they ended. Its own trouble never stops a call."""

    def __init__(
        self, db: Database, clock: Clock, vendor: str, ticks: Callable[[], float] = time.monotonic
    ) -> None:
        self._db = db
        self._clock = clock
        self._vendor = vendor
        self._ticks = ticks
        self._looked_at: float | None = None

    def note(self, outcome: str) -> None:
        """A call ended so."""
        try:
            if outcome in UNANSWERED:
                self._failed()
            elif self._looked_at is None or self._ticks() - self._looked_at >= LOOK_EVERY_SECONDS:
                self._looked_at = self._ticks()
                self._answered()
        except SQLAlchemyError as fault:
            log.warning("video_health_not_kept", error=type(fault).__name__)

    def _failed(self) -> None:
        now, mine = self._clock.now(), VideoHealth.vendor == self._vendor
        # Whoever is answered next says so at once.
        self._looked_at = None
        with self._db.write() as tx:
            if insert_new(tx, VideoHealth, vendor=self._vendor, failing_since=now, failed_at=now, failures=1):
                return
            first = (VideoHealth.failures == 0) | (VideoHealth.failed_at < now - KNOWN_FOR)
            tx.execute(update(VideoHealth).where(mine, first).values(failing_since=now, failures=0))
            more = {"failed_at": now, "failures": VideoHealth.failures + 1}
            tx.execute(update(VideoHealth).where(mine).values(**more))

    def _answered(self) -> None:
        mine = (VideoHealth.vendor == self._vendor, VideoHealth.failures > 0)
        with self._db.read() as tx:
            if tx.scalar(select(VideoHealth.vendor).where(*mine)) is None:
                return
        with self._db.write() as tx:
            tx.execute(update(VideoHealth).where(*mine).values(failures=0))


def silent_since(tx: Session, now: datetime) -> Mapping[str, datetime]:
    """Services that do not answer, and since when."""
    wanted = select(VideoHealth.vendor, VideoHealth.failing_since)
    enough = VideoHealth.failures >= FAILURES_BEFORE_IT_IS_ONE
    return dict(tx.execute(wanted.where(enough, VideoHealth.failed_at > now - KNOWN_FOR)).all())
