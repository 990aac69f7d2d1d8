"""A simulator's state in one JSON file, so that a second start goes on where the first ended."""

import contextlib
import json
import os
import threading
from collections.abc import Callable
from pathlib import Path


class Snapshot:
    """Writes what ``dump`` answers to a file: whole or not at all, soon after each change, once per burst."""

    def __init__(self, path: Path | None, dump: Callable[[], dict[str, object]], delay: float = 0.2) -> None:
        self._path = path
        self._dump = dump
        self._delay = delay
        self._timer: threading.Timer | None = None
        self._arming = threading.Lock()
        self._writing = threading.Lock()

    def load(self) -> dict[str, object] | None:
        """The state as last written; None where there is none or it cannot be read."""
        if self._path is None:
            return None
        with contextlib.suppress(OSError, ValueError):
            state = json.loads(self._path.read_text("utf-8"))
            if isinstance(state, dict):
                return state
        return None

    def touch(self) -> None:
        """Something changed: write within the delay. Never blocks."""
        with self._arming:
            if self._path is None or self._timer is not None:
                return
            self._timer = threading.Timer(self._delay, self.flush)
            self._timer.daemon = True
            self._timer.start()

    def flush(self) -> None:
        """Write now, atomically."""
        with self._arming:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = None
        if self._path is None:
            return
        with self._writing:
            _replace(self._path, json.dumps(self._dump(), ensure_ascii=False))


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    fresh.write_text(text, "utf-8")
    fresh.replace(path)
