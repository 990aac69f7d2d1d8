"""Waiting for what comes soon, and on a slow machine late: patience costs nothing where it is not needed."""

import time
from collections.abc import Callable

# Nothing that is awaited here takes longer, even where a processor is shared by many.
PATIENCE = 90.0
LOOK_EVERY = 0.05


def until(true: Callable[[], object], seconds: float = PATIENCE, what: str = "it") -> None:
    """Return once it is true. Fails after so many seconds."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"{what} did not come within {seconds:.0f} s"
        time.sleep(LOOK_EVERY)
