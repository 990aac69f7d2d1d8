"""Being told to stop: the first signal interrupts, later ones do not disturb the stopping."""

import signal
import threading
from types import FrameType


def interrupt_on_signals() -> threading.Event:
    """Raise KeyboardInterrupt in the main thread at the first such signal; the event tells that it came."""
    stopped = threading.Event()

    def _stop(_number: int, _frame: FrameType | None) -> None:
        if not stopped.is_set():
            stopped.set()
            raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _stop)
    return stopped
