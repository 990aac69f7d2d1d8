"""The engine of a try-out: one thread that does what is due, beside those that read and that look."""

import threading
from datetime import timedelta

from app.jobs.chore import Chore
from app.jobs.deliverer import Deliverer
from app.jobs.projector import Projector
from app.jobs.pulse import Pulse
from app.jobs.reconciler import Reconciler
from app.jobs.synchronizer import Synchronizer
from app.ports import Rooms
from app.services.give_tokens_back import give_tokens_back
from app.services.look_again import look_again
from app.services.look_for_recordings import look_for_recordings
from app.services.read_inbox import read_inbox, read_what_outran_its_meeting, try_set_aside_again
from app.services.shred_deliveries import shred_old_deliveries
from app.services.shred_recordings import shred_old_recordings
from app.services.take_detour import follow_detours, go_by_rules
from app.services.tell_chart import tell_chart
from app.services.working_note import forget_typed_notes
from app.store.launch_traces import forget_traces
from app.store.launches import forget_launches
from app.store.stream import forget_before
from app.store.sync import forget_seen

TURN_SECONDS = 0.5
# A delivery that its process did not read by then was lost with that process.
UNREAD_FOR = timedelta(seconds=5)
LINES_LIVE = timedelta(days=1)
SEEN_LIVES = timedelta(days=7)


class Pump:
    """`start()` it in the process that serves; killing the process at any moment loses nothing."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._threads = (Projector(rooms), Reconciler(rooms), Deliverer(rooms), Synchronizer(rooms))
        self._chores = (
            Chore(1, look_again),
            Chore(1, tell_chart),
            Chore(5, read_what_was_left),
            Chore(5, follow_detours),
            Chore(15, go_by_rules),
            Chore(3600, forget_old_lines),
            Chore(3600, forget_old_launches),
            Chore(10, give_tokens_back),
            Chore(600, forget_old_traces),
            Chore(3600, forget_old_appointments),
            Chore(3600, forget_typed_notes),
            Chore(3600, shred_old_recordings),
            Chore(1800, look_for_recordings),
            Chore(24 * 3600, try_set_aside_again),
            Chore(3600, shred_old_deliveries),
        )
        self.pulse = Pulse()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pump", daemon=True)

    def start(self) -> None:
        """Begin."""
        for each in self._threads:
            each.start()
        self._thread.start()

    def stop(self) -> None:
        """End after the chore at hand."""
        self._stopping.set()
        self._thread.join()
        for each in self._threads:
            each.stop()

    @property
    def idle_seconds(self) -> float:
        """How long the thread that hangs longest, if any, has not begun a turn."""
        return max(one.idle_seconds for one in (self.pulse, *(each.pulse for each in self._threads)))

    def _run(self) -> None:
        self._rooms.db.be_patient()
        while not self._stopping.wait(TURN_SECONDS):
            self.pulse.beat()
            for chore in self._chores:
                chore.do_if_due(self._rooms)


def read_what_was_left(rooms: Rooms) -> None:
    """Deliveries that nobody read, and those that came before their meeting was known."""
    read_what_outran_its_meeting(rooms)
    read_inbox(rooms, rooms.clock.now() - UNREAD_FOR)


def forget_old_lines(rooms: Rooms) -> None:
    """Lines of the event stream live for a day."""
    with rooms.db.write() as tx:
        forget_before(tx, rooms.clock.now() - LINES_LIVE)


def forget_old_launches(rooms: Rooms) -> None:
    """Launches that nobody finished go, though no other launch comes."""
    with rooms.db.write() as tx:
        forget_launches(tx, rooms.wall.now())


def forget_old_traces(rooms: Rooms) -> None:
    """What launches exchanged lives for a day."""
    with rooms.db.write() as tx:
        forget_traces(tx, rooms.wall.now())


def forget_old_appointments(rooms: Rooms) -> None:
    """What no search has found for a week is read around anew."""
    with rooms.db.write() as tx:
        forget_seen(tx, rooms.clock.now() - SEEN_LIVES)
