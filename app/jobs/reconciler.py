"""Asks the video vendor what nobody told, in a thread of its own: a slow answer holds up nothing else."""

import threading

from app.jobs.chore import Chore
from app.jobs.pulse import Pulse
from app.ports import Rooms
from app.services.check_hosts import check_hosts
from app.services.plan_hosts import plan_hosts
from app.services.read_directory import read_directory
from app.services.read_past_runs import judge_past_runs, read_past_runs
from app.services.reconcile import reconcile
from app.services.settle_meetings import settle_meetings

TURN_SECONDS = 1.0


class Reconciler:
    """One thread a process. Each chore is small; what one process takes, another leaves alone."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._chores = (
            Chore(TURN_SECONDS, reconcile),
            Chore(10, settle_meetings),
            Chore(10, judge_past_runs),
            Chore(10, read_past_runs),
            Chore(60, check_hosts),
            Chore(60, read_directory),
            Chore(TURN_SECONDS, plan_hosts),
        )
        self.pulse = Pulse()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reconciler", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the question at hand."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        self._rooms.db.be_patient()
        while not self._stopping.wait(TURN_SECONDS):
            self.pulse.beat()
            for chore in self._chores:
                chore.do_if_due(self._rooms)
