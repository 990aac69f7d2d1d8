"""Delivers what is owed, several visits at a time: a slow EHR or gateway holds up its own rows only."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import structlog

from app.jobs.pulse import Pulse
from app.ports import Rooms
from app.services.deliver_outbox import deliver, due_rows, inherit_rows

log = structlog.get_logger()
TURN_SECONDS = 0.5
AT_ONCE = 4


class Deliverer:
    """One thread a process that finds what is due, and a few that deliver it.

    The row is promise and claim: whatever dies here is taken over by the next, see app/store/outbox.py.
    """

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self.pulse = Pulse()
        self._at_work: dict[str, Future[object]] = {}
        # On PostgreSQL others may be delivering, and a claim is theirs until it is too old.
        self._is_heir = rooms.db.is_sqlite
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="deliverer", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the deliveries at hand."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        patient = self._rooms.db.be_patient
        patient()
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="delivery", initializer=patient) as pool:
            while not self._stopping.wait(TURN_SECONDS):
                self.pulse.beat()
                self._at_work = {row: done for row, done in self._at_work.items() if not done.done()}
                for row_id in self._due():
                    if len(self._at_work) < AT_ONCE and row_id not in self._at_work:
                        self._at_work[row_id] = pool.submit(self._deliver, row_id)

    def _due(self) -> tuple[str, ...]:
        try:
            if self._is_heir:
                # One process serves: whatever was being delivered died with the one before.
                inherit_rows(self._rooms)
                self._is_heir = False
            return due_rows(self._rooms)
        except Exception as fault:
            # The database may be away for a while.
            log.error("deliverer_failed", error=type(fault).__name__)
            return ()

    def _deliver(self, row_id: str) -> None:
        try:
            deliver(self._rooms, row_id)
        except Exception as fault:
            log.error("deliverer_failed", error=type(fault).__name__)
