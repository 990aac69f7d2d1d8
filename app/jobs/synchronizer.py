"""Reads appointments that nobody has looked at yet, one thread a site: a slow EHR holds up itself only."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import structlog

from app.jobs.pulse import Pulse
from app.ports import Rooms
from app.services.sync_appointments import sync_site

log = structlog.get_logger()
TURN_SECONDS = 1.0
AT_ONCE = 8


class Synchronizer:
    """One thread a process that sees which sites are free. What one process takes, another leaves alone."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._sites = tuple(site.name for site in rooms.sites.all() if site.sync is not None)
        self.pulse = Pulse()
        self._at_work: dict[str, Future[None]] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="synchronizer", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the searches at hand."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        patient = self._rooms.db.be_patient
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="sync", initializer=patient) as pool:
            while not self._stopping.wait(TURN_SECONDS):
                self.pulse.beat()
                for site in self._sites:
                    if site not in self._at_work or self._at_work[site].done():
                        self._at_work[site] = pool.submit(self._read, site)

    def _read(self, site: str) -> None:
        try:
            while not self._stopping.is_set() and sync_site(self._rooms, site):
                pass
        except Exception as fault:
            # The database may be away for a while.
            log.error("synchronizer_failed", site=site, error=type(fault).__name__)
