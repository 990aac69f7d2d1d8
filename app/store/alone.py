"""One at a time: a name that one thread of all processes holds, and loses when its process dies.

For work that calls another system, such as making a meeting: a transaction must not stay open meanwhile, and
whoever finds the work half done must know whether somebody is still at it.
"""

import hashlib
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.store.postgres_lines import postgres_engine

PATIENCE_SECONDS = 20


class StillAtIt(Exception):
    """Somebody else has been doing it for too long to wait any more."""

    retryable = True


class Alone(Protocol):
    """Gives a name to one at a time."""

    def doing(self, name: str) -> AbstractContextManager[None]:
        """Wait for the name and hold it. Raises StillAtIt after 20 seconds. Not for a second time inside."""
        ...

    def dispose(self) -> None:
        """Let everything go."""
        ...


class AloneInProcess:
    """For SQLite: one process serves, so its threads are all there is."""

    def __init__(self, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._patience = patience_seconds
        self._changed = threading.Condition()
        self._held: set[str] = set()

    @contextmanager
    def doing(self, name: str) -> Iterator[None]:
        """Wait for the name and hold it. Raises StillAtIt."""
        with self._changed:
            if not self._changed.wait_for(lambda: name not in self._held, self._patience):
                raise StillAtIt
            self._held.add(name)
        try:
            yield
        finally:
            with self._changed:
                self._held.discard(name)
                self._changed.notify_all()

    def dispose(self) -> None:
        """Nothing to let go."""


class AloneInPostgres:
    """For many processes: an advisory lock of a connection of its own, which ends with its process.

    https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
    """

    def __init__(self, url: str, patience_seconds: float = PATIENCE_SECONDS) -> None:
        # Connections of their own: whoever holds a name needs another one for its transactions.
        self._engine = postgres_engine(url, isolation_level="AUTOCOMMIT", pool_size=4, max_overflow=28)
        self._patience_ms = int(patience_seconds * 1000)

    @contextmanager
    def doing(self, name: str) -> Iterator[None]:
        """Wait for the name and hold it. Raises StillAtIt."""
        key = {"key": int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)}
        with self._engine.connect() as connection:
            connection.execute(text(f"SET lock_timeout = {self._patience_ms}"))
            try:
                connection.execute(text("SELECT pg_advisory_lock(:key)"), key)
            except OperationalError as waited:
                raise StillAtIt from waited
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)

    def dispose(self) -> None:
        """Close the connections."""
        self._engine.dispose()
