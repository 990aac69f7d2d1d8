"""Whether the database takes what is written: a full disk still answers questions."""

import secrets
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from sqlalchemy import delete
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.models import Lease

# Anybody may ask, and each answer costs a wait for the disk.
LOOK_EVERY = 2.0
# More than a page of either database: as much as a delivery needs, and random, since it might be compressed.
HALF_THE_SIZE = 4096


class Probe:
    """Writes something of a delivery's size, takes it back, and waits for the disk, at most so often."""

    def __init__(self, begin: Callable[[], AbstractContextManager[Session]]) -> None:
        self._begin = begin
        self._guard = threading.Lock()
        self._looked_at = -LOOK_EVERY
        self._works = False

    def works(self) -> bool:
        """Whether a delivery could be kept, now or up to two seconds ago."""
        with self._guard:
            if time.monotonic() - self._looked_at >= LOOK_EVERY:
                self._works = self._try()
                self._looked_at = time.monotonic()
            return self._works

    def _try(self) -> bool:
        name, now = f"probe:{secrets.token_hex(8)}", datetime.now(UTC)
        try:
            with self._begin() as tx:
                tx.add(Lease(name=name, holder=secrets.token_hex(HALF_THE_SIZE), expires_at=now))
                tx.flush()
                tx.execute(delete(Lease).where(Lease.name == name))
        except SQLAlchemyError:
            return False
        return True
