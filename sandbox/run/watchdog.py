"""Ends the children of a supervisor that was killed: the one thing that it cannot do itself.

Reads lines ``+<process group>`` and ``-<process group>`` from its standard input. When that ends, however the
supervisor ended, what is still on the list is told to stop, and killed two seconds later.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable

PATIENCE = 2.0


class Watchdog:
    """The supervisor's side."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sandbox.run.watchdog"],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def watch(self, group: int) -> None:
        """End this process group if we die."""
        self._say(f"+{group}")

    def forget(self, group: int) -> None:
        """It is gone already; its number may soon be somebody else's."""
        self._say(f"-{group}")

    def close(self) -> None:
        """Nothing is left to watch."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        self._process.wait()

    def _say(self, line: str) -> None:
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.write(line + "\n")
                self._process.stdin.flush()


def stop_groups(groups: Iterable[int], patience: float = PATIENCE) -> None:
    """Tell process groups to stop; kill what is there ``patience`` seconds later."""
    left = [group for group in groups if signalled(group, signal.SIGTERM)]
    until = time.monotonic() + patience
    while left and time.monotonic() < until:
        time.sleep(0.05)
        left = [group for group in left if signalled(group, 0)]
    for group in left:
        signalled(group, signal.SIGKILL)


def signalled(group: int, number: int) -> bool:
    """Send a signal to a process group; whether there is one."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def main() -> None:
    """Watch until the supervisor's end of the pipe closes."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        change = groups.add if line.startswith("+") else groups.discard
        change(int(line[1:]))
    stop_groups(groups)


if __name__ == "__main__":
    main()
