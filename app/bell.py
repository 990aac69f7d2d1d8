"""A bell inside one process: those who wait for numbered rows hear of the latest one."""

import threading


class LocalBell:
    """The Bell port for one process. Numbers only grow."""

    def __init__(self) -> None:
        self._rung = threading.Condition()
        self._latest = 0

    def ring(self, n: int) -> None:
        """Number `n` is committed."""
        with self._rung:
            if n > self._latest:
                self._latest = n
                self._rung.notify_all()

    def wait(self, after: int, timeout: float) -> int:
        """Wait, at most `timeout` seconds, for a number above `after`; the latest one known."""
        with self._rung:
            self._rung.wait_for(lambda: self._latest > after, timeout)
            return self._latest
