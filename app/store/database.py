"""Connections: one writer at a time on SQLite, a pool on PostgreSQL; the same two verbs for both."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, sessionmaker

from app.store.alone import Alone, AloneInPostgres, AloneInProcess
from app.store.postgres_lines import postgres_engine
from app.store.probe import Probe
from app.store.together import Answer, Item, Together, WriteAll

BUSY_MS = 10_000
MOST_HURRIED_IN_A_ROW = 8


class FairLock:
    """A lock that is given in the order of asking. SQLite's own busy handler is unfair and starves.

    Whoever asks `hurried` goes before all who do not; of these one has its turn after a few that were.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._hurried: deque[threading.Event] = deque()
        self._patient: deque[threading.Event] = deque()
        self._held = False
        self._in_a_row = 0

    @contextmanager
    def held(self, *, hurried: bool = False) -> Iterator[None]:
        """Wait for the lock and hold it."""
        self._take(self._hurried if hurried else self._patient)
        try:
            yield
        finally:
            self._give()

    def _take(self, queue: deque[threading.Event]) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            turn = threading.Event()
            queue.append(turn)
        turn.wait()

    def _give(self) -> None:
        with self._guard:
            is_enough = self._in_a_row >= MOST_HURRIED_IN_A_ROW and bool(self._patient)
            queue = self._patient if is_enough or not self._hurried else self._hurried
            self._in_a_row = self._in_a_row + 1 if queue is self._hurried else 0
            if queue:
                queue.popleft().set()
            else:
                self._held = False


class Database:
    """`read()` and `write()` give a Session each; a write commits when its block ends without an error.

    `alone.doing(name)` keeps others from doing the same thing meanwhile, with no transaction open;
    `probe.works()` tells whether anything can be written.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._turn: FairLock | None = FairLock()
            self.writer, self.reader = _sqlite_engines(url)
            self.alone: Alone = AloneInProcess()
        else:
            self._turn = None
            self.writer = self.reader = postgres_engine(url, pool_size=16, max_overflow=16)
            self.alone = AloneInPostgres(url)
        self._of_thread = threading.local()
        self._write = sessionmaker(self.writer, expire_on_commit=False)
        self._read = sessionmaker(self.reader, expire_on_commit=False)
        self.probe = Probe(self.write)
        self._together: dict[Any, Together[Any, Any]] = {}

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction. Never open one around a call to another system."""
        is_patient = getattr(self._of_thread, "is_patient", False)
        turn = self._turn.held(hurried=not is_patient) if self._turn else nullcontext()
        with turn, self._write.begin() as session:
            yield session

    def be_patient(self) -> None:
        """On SQLite, from now on, this thread's writes go behind those that somebody waits for."""
        self._of_thread.is_patient = True

    def write_together(self, write_all: WriteAll[Item, Answer], item: Item) -> Answer:
        """Write the item in a transaction that is shared with all who write the same at this moment.

        It is committed when this returns. `write_all` is a function of a module, and holds what it locks in
        an order that all transactions share: on PostgreSQL several processes write at once.
        """
        # `setdefault` is atomic, so all threads find the same one.
        shared = self._together.get(write_all) or self._together.setdefault(
            write_all, Together(self.write, write_all)
        )
        answer: Answer = shared.write(item)
        return answer

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A read-only view. What it loaded stays readable afterwards."""
        with self._read() as session:
            yield session

    def dispose(self) -> None:
        """Close all connections."""
        self.alone.dispose()
        self.writer.dispose()
        self.reader.dispose()


def _sqlite_engines(url: str) -> tuple[Engine, Engine]:
    location = make_url(url).database
    if location and location != ":memory:":
        Path(location).parent.mkdir(parents=True, exist_ok=True)
    writer = create_engine(url, connect_args={"timeout": BUSY_MS / 1000, "isolation_level": None})
    reader = create_engine(url, connect_args={"timeout": BUSY_MS / 1000})

    @event.listens_for(writer, "connect")
    def prepare_writer(connection: Any, _record: Any) -> None:
        # FULL: a webhook that was answered must survive a power cut.
        _pragmas(connection, "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "temp_store=MEMORY")

    @event.listens_for(writer, "begin")
    def begin_immediate(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    @event.listens_for(reader, "connect")
    def prepare_reader(connection: Any, _record: Any) -> None:
        _pragmas(connection, "foreign_keys=ON", "temp_store=MEMORY", "query_only=1")

    return writer, reader


def _pragmas(connection: Any, *settings: str) -> None:
    cursor = connection.cursor()
    for setting in settings:
        cursor.execute(f"PRAGMA {setting}")
    cursor.close()
