"""A lock by name over all threads and processes, kept in the database and given back by time if we die."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from app.errors.launch import LeaseHeld
from app.models import Lease
from app.ports import Clock
from app.store.database import Database

LIFE = timedelta(seconds=30)
ASK_AGAIN_SECONDS = 0.05


class LeaseBook:
    """The launch room's Lock. Threads of one process wait in line; other processes are asked again."""

    def __init__(
        self,
        db: Database,
        wall: Clock,
        token: Callable[[], str],
        patience: timedelta = timedelta(seconds=10),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._db = db
        self._wall = wall
        self._token = token
        self._patience = patience
        self._sleep = sleep
        self._guard = threading.Lock()
        self._here: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)

    @contextmanager
    def held(self, name: str) -> Iterator[None]:
        """Hold the name while the block runs. Raises LeaseHeld after ten seconds of waiting."""
        with self._guard:
            here = self._here[name]
        if not here.acquire(timeout=self._patience.total_seconds()):
            raise LeaseHeld
        try:
            holder = self._token()
            self._take(name, holder)
            try:
                yield
            finally:
                self._give_back(name, holder)
        finally:
            here.release()

    def _take(self, name: str, holder: str) -> None:
        until = self._wall.now() + self._patience
        while not self._try(name, holder):
            if self._wall.now() >= until:
                raise LeaseHeld
            self._sleep(ASK_AGAIN_SECONDS)

    def _try(self, name: str, holder: str) -> bool:
        now = self._wall.now()
        try:
            with self._db.write() as tx:
                tx.execute(delete(Lease).where(Lease.name == name, Lease.expires_at <= now))
                tx.add(Lease(name=name, holder=holder, expires_at=now + LIFE))
        except IntegrityError:
            return False
        return True

    def _give_back(self, name: str, holder: str) -> None:
        with self._db.write() as tx:
            tx.execute(delete(Lease).where(Lease.name == name, Lease.holder == holder))
