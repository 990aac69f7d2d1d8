"""What an EHR may be asked in our own name: so many requests an hour, and none while it wants a pause."""

import time
from dataclasses import dataclass
from datetime import timedelta

from app.ports import Rooms, SystemChart
from app.store.sync import pause, purse_of, resume, spend
from app.sync_plan import SyncPlan
from app.visits.windows import Band
from fhir.errors import FhirError

# Of an EHR that is away: how long it is left alone, longer each time.
PAUSES = (30, 60, 120, 300, 600)
LONGEST_PAUSE = timedelta(hours=1)


class NotNow(Exception):
    """No request may be made for this band. `wait`: for how long."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__("not now")
        self.wait = wait


@dataclass(frozen=True)
class SyncPurse:
    """One site's requests, for one band."""

    rooms: Rooms
    site: str
    plan: SyncPlan
    band: Band
    until: float  # of time.monotonic(): whoever reads longer than that goes on at the next turn

    def spend(self) -> None:
        """Count one request that is about to be made. Raises NotNow."""
        if time.monotonic() > self.until:
            raise NotNow(timedelta(0))
        with self.rooms.db.write() as tx:
            wait = spend(tx, self.site, self.band, self.plan.requests_per_hour, self.rooms.clock.now())
        if wait is not None:
            raise NotNow(wait)

    def open_chart(self) -> SystemChart | None:
        """The chart; every request of it is counted. None: the site has no back end. Raises LaunchError."""
        return self.rooms.ehr.system_chart(self.site, self.spend)

    def note_away(self, fault: Exception) -> timedelta:
        """The EHR is away or busy: everybody leaves it alone, for as long as it said. For how long."""
        now = self.rooms.clock.now()
        asked = fault.retry_after if isinstance(fault, FhirError) else None
        with self.rooms.db.write() as tx:
            purse = purse_of(tx, self.site)
            failures = purse.failures if purse else 0
            usual = timedelta(seconds=PAUSES[min(failures, len(PAUSES) - 1)])
            wait = min(asked or usual, LONGEST_PAUSE)
            pause(tx, self.site, now + wait)
        return wait

    def note_answer(self) -> None:
        """The EHR has answered."""
        with self.rooms.db.write() as tx:
            resume(tx, self.site)
