"""What a site may spend in a day on asking the video vendor of its own accord."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TypeVar

import structlog

from app.metrics import POLLS
from app.ports import Rooms, Video
from app.store.polling import not_offered, note_not_offered, spend_call

T = TypeVar("T")
log = structlog.get_logger()
# A plan or a scope changes on another day, if at all.
NOT_OFFERED_FOR = timedelta(hours=6)


class BudgetSpent(Exception):
    """The site's calls of this day are spent."""


@dataclass(frozen=True)
class Purse:
    """One site's share of the account's calls."""

    rooms: Rooms
    site: str
    vendor: str

    @property
    def video(self) -> Video:
        """Who is asked. Raises VendorGone."""
        return self.rooms.video_of(self.vendor)

    @property
    def budget(self) -> int:
        """Calls a UTC day."""
        return self.rooms.sites.by_name(self.site).polling_budget

    def ask(self, what: str, question: Callable[[], T]) -> T:
        """The vendor's answer, for one call. Raises BudgetSpent, or the vendor's error."""
        day = self.rooms.clock.now().astimezone(UTC).date()
        with self.rooms.db.write() as tx:
            may = spend_call(tx, self.site, day, self.budget)
        if not may:
            raise BudgetSpent
        try:
            answer = question()
        except Exception as fault:
            POLLS.labels(what, "refused" if getattr(fault, "not_offered", False) else "failed").inc()
            raise
        POLLS.labels(what, "answered").inc()
        return answer

    def ask_if_offered(self, what: str, question: Callable[[], T]) -> T | None:
        """As `ask`; None, for hours without asking again, where the account may not ask this at all."""
        vendor, now = self.vendor, self.rooms.clock.now()
        with self.rooms.db.read() as tx:
            if what in not_offered(tx, vendor, now):
                return None
        try:
            return self.ask(what, question)
        except Exception as fault:
            if not getattr(fault, "not_offered", False):
                raise
        with self.rooms.db.write() as tx:
            note_not_offered(tx, vendor, what, now + NOT_OFFERED_FOR)
        log.warning("video_not_offered", kind=what)
        return None
