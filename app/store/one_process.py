"""One process at a time for an SQLite file: the one that serves it, or the one that moves it away."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy import make_url

from app.store.migrate import DatabaseUnfit

# Whoever was killed a moment ago may not be gone yet.
PATIENCE_SECONDS = 5.0
ASK_AGAIN_SECONDS = 0.1


class AlreadyServed(DatabaseUnfit):
    """Another process works with this SQLite file."""


class OneProcess:
    """The right to a file, which its process loses when it ends, however it ends.

    https://man7.org/linux/man-pages/man2/flock.2.html
    """

    def __init__(self, path: Path | None, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._path = path
        self._patience = patience_seconds
        self._held: IO[bytes] | None = None

    def hold(self) -> None:
        """Have it until this process ends. Raises AlreadyServed after five seconds."""
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        deadline, lock = time.monotonic() + self._patience, self._path.open("ab")
        while not _take(lock):
            if time.monotonic() >= deadline:
                lock.close()
                raise AlreadyServed(
                    "VISITBRIDGE_DATABASE_URL: another process works with this SQLite file: stop it first"
                )
            time.sleep(ASK_AGAIN_SECONDS)
        self._held = lock
        _FOR_LIFE.append(lock)

    @contextmanager
    def held(self) -> Iterator[None]:
        """Have it while the block runs. Raises AlreadyServed."""
        self.hold()
        try:
            yield
        finally:
            if self._held is not None:
                _FOR_LIFE.remove(self._held)
                self._held.close()


# A file that nobody refers to is closed, and with it the lock is gone.
_FOR_LIFE: list[IO[bytes]] = []


def one_process(database_url: str, patience_seconds: float = PATIENCE_SECONDS) -> OneProcess:
    """The right to this database. PostgreSQL is for many processes: there it is everybody's."""
    url = make_url(database_url)
    in_a_file = url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:"
    return OneProcess(Path(f"{url.database}.lock") if in_a_file else None, patience_seconds)


def _take(lock: IO[bytes]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
