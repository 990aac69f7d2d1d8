"""Reads deliveries as soon as they are kept, in a thread of its own: nothing else stands before a page."""

import threading

import structlog

from app.jobs.pulse import Pulse
from app.ports import Rooms
from app.services.read_inbox import read_inbox

log = structlog.get_logger()
# What comes meanwhile is read in one transaction, and those who answer requests get their turn. On PostgreSQL
# they mostly are other processes, and a short breath is enough.
BREATH_SECONDS, SHORT_BREATH_SECONDS = 0.05, 0.01
# While deliveries come, reading them takes a third of the time at most: on SQLite one process does all, and
# can keep nothing while a page is written.
RESTS, LONGEST_BREATH_SECONDS = 2, 0.2
# Without a ring (another process kept it, or is gone) deliveries are read within this time.
PATIENCE_SECONDS = 1.0


class Projector:
    """One thread a process. What it fails to read stays for the pump."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self.pulse = Pulse()
        self._newest = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="projector", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the deliveries at hand."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        self._rooms.db.be_patient()
        heard = 0
        while not self._stopping.is_set():
            self.pulse.beat()
            try:
                read_inbox(self._rooms, rest=self._rest)
            except Exception as fault:
                # The database may be away for a while; a thread that ends would be missed by nobody.
                log.error("projector_failed", error=type(fault).__name__)
                self._stopping.wait(BREATH_SECONDS)
            heard = self._rooms.inbox_bell.wait(heard, PATIENCE_SECONDS)

    def _rest(self, took: float) -> None:
        """After a page: the longer, the longer it took, as long as deliveries come meanwhile."""
        before, self._newest = self._newest, self._rooms.inbox_bell.wait(self._newest, 0)
        shortest = BREATH_SECONDS if self._rooms.db.is_sqlite else SHORT_BREATH_SECONDS
        rests = RESTS if self._newest > before else 0
        self._stopping.wait(min(max(took * rests, shortest), LONGEST_BREATH_SECONDS))
