"""When each thread last began a turn: one that hangs shows."""

import time


class Pulse:
    """Beats of one thread."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def beat(self) -> None:
        """A turn begins."""
        self._last = time.monotonic()

    @property
    def idle_seconds(self) -> float:
        """How long ago the last turn began."""
        return time.monotonic() - self._last
