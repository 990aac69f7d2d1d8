"""The app killed at random moments; the household starts it again."""

import os
import random
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.run.household import Household

BETWEEN = (6.0, 20.0)


@contextmanager
def killing(household: Household, seed: int | None) -> Iterator[list[int]]:
    """Kill the app now and then until the block ends; the list grows by each. Without a seed, never."""
    dice, stopped, killed = random.Random(seed), threading.Event(), list[int]()  # noqa: S311

    def kill() -> None:
        while not stopped.wait(dice.uniform(*BETWEEN)):
            pid = household.pid("app")
            killed.append(pid)
            os.killpg(pid, signal.SIGKILL)

    thread = threading.Thread(target=kill, name="killer", daemon=True)
    if seed is not None:
        thread.start()
    try:
        yield killed
    finally:
        stopped.set()
        if seed is not None:
            thread.join()
