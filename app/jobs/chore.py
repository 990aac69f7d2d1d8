"""Something that is done again and again, and never stops its thread."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from app.ports import Rooms

log = structlog.get_logger()


@dataclass
class Chore:
    """Something done every so many seconds of real time."""

    every: float
    work: Callable[[Rooms], object]
    due: float = 0.0

    def do_if_due(self, rooms: Rooms) -> None:
        """Do it if its time has come. Raises nothing: what is due stays due."""
        if time.monotonic() < self.due:
            return
        try:
            self.work(rooms)
        except Exception as fault:
            log.error("chore_failed", kind=self.work.__name__, error=type(fault).__name__)
        self.due = time.monotonic() + self.every
