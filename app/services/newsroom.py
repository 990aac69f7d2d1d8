"""One ear at the database for all open pages of this process: what it hears is handed round in memory."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog

from app.ports import Rooms
from app.signin.roles import Grant, may
from app.store.new_lines import NewLine, lines_after
from app.store.stream import VisitEvent, latest

log = structlog.get_logger()
# What rings no bell here (its process died over it, or the database was away) is looked for at this pace.
LOOK_EVERY = timedelta(seconds=2)
# What is rung for meanwhile is asked for at once. The breath is as long as asking and telling took: half of
# the thread's time at most, whatever the number of pages.
BREATH_SECONDS, LONGEST_BREATH_SECONDS = 0.01, 0.1


class Ear:
    """One open page: whose it is, and what was said to it since it last listened."""

    def __init__(self, browser_hash: str) -> None:
        self.browser_hash = browser_hash
        self.grants: frozenset[Grant] = frozenset()  # of its local sessions
        self._guard = threading.Condition()
        self._said: list[VisitEvent] = []

    def may_hear(self, line: NewLine) -> bool:
        """Whether a session of its browser may see the visit."""
        return self.browser_hash in line.browsers or may(self.grants, "see", line.site, line.department)

    def say(self, event: VisitEvent) -> None:
        """Wake whoever listens."""
        with self._guard:
            self._said.append(event)
            self._guard.notify()

    def listen(self, seconds: float) -> tuple[VisitEvent, ...]:
        """What was said since the last time; waits so long for the first word."""
        with self._guard:
            self._guard.wait_for(lambda: self._said, seconds)
            said, self._said = tuple(self._said), []
        return said


class Newsroom:
    """Its thread lives while anybody listens."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms
        self._guard = threading.Lock()
        self._ears: set[Ear] = set()
        self._is_open = False

    @contextmanager
    def ear(self, browser_hash: str) -> Iterator[Ear]:
        """Hear all that is committed from now on. What was committed before has to be asked for."""
        ear = Ear(browser_hash)
        self.take(ear)
        try:
            yield ear
        finally:
            self.give_back(ear)

    def take(self, ear: Ear) -> None:
        """As `ear`, for whoever brings an ear of another kind, and has it taken back in the end."""
        with self._rooms.db.read() as tx:
            now = latest(tx)
        with self._guard:
            self._ears.add(ear)
            if not self._is_open:
                self._is_open = True
                threading.Thread(target=self._run, args=(now,), name="newsroom", daemon=True).start()

    def give_back(self, ear: Ear) -> None:
        """Nobody listens by it any more."""
        with self._guard:
            self._ears.discard(ear)

    def _run(self, last: int) -> None:
        stopping = threading.Event()
        while self._is_wanted():
            self._rooms.bell.wait(last, LOOK_EVERY.total_seconds())
            began = time.thread_time()
            try:
                last = self._hand_round(last)
            except Exception as fault:
                # The database may be away for a while; pages also ask for themselves at each beat.
                log.error("newsroom_failed", error=type(fault).__name__)
            took = time.thread_time() - began
            stopping.wait(min(max(took, BREATH_SECONDS), LONGEST_BREATH_SECONDS))

    def _is_wanted(self) -> bool:
        with self._guard:
            self._is_open = bool(self._ears)
            return self._is_open

    def _hand_round(self, last: int) -> int:
        """Ask for what came after `last`, and say it to those who may hear it. The number it goes on from."""
        with self._rooms.db.read() as tx:
            lines = lines_after(tx, last, self._rooms.wall.now())
        # Not before: whoever came while we asked has perhaps asked before we did.
        with self._guard:
            ears = tuple(self._ears)
        for line in lines:
            for ear in ears:
                if ear.may_hear(line):
                    ear.say(line.event)
        return lines[-1].event.n if lines else last
