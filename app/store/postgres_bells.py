"""Bells that ring in every process of a deployment, over PostgreSQL's LISTEN and NOTIFY.

https://www.postgresql.org/docs/current/sql-notify.html
"""

import os
import select
import threading
from collections.abc import Callable

import psycopg
import structlog
from psycopg import sql
from psycopg.conninfo import make_conninfo
from sqlalchemy import make_url

from app.bell import LocalBell
from app.store.postgres_lines import CONNECT_ARGS

log = structlog.get_logger()
# A server that was switched off says nothing: the connection is tried at this pace.
TRY_LINE_EVERY = 15.0
AGAIN_AFTER = 1.0


class PostgresBell:
    """A Bell of all processes: it rings here at once, and in the others right after."""

    def __init__(self, channel: str, exchange: "Exchange") -> None:
        self._here = LocalBell()
        self._channel, self._exchange = channel, exchange
        exchange.heard_by(channel, self._here.ring)

    def ring(self, n: int) -> None:
        """Number `n` is committed. Never waits for the database."""
        self._here.ring(n)
        self._exchange.tell(self._channel, n)

    def wait(self, after: int, timeout: float) -> int:
        """Wait, at most `timeout` seconds, for a number above `after`; the latest one known."""
        self._exchange.begin()
        return self._here.wait(after, timeout)


class Exchange:
    """One connection and one thread of a process, begun by the first who rings or waits.

    What is rung while the database is away is lost: whoever waits also looks for itself, every few seconds.
    """

    def __init__(self, url: str) -> None:
        address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._address = make_conninfo(address, **CONNECT_ARGS)
        self._hearers: dict[str, Callable[[int], None]] = {}
        self._guard = threading.Lock()
        self._to_tell: dict[str, int] = {}
        self._nudged, self._nudge = os.pipe()
        os.set_blocking(self._nudge, False)
        self._begun = False
        self._ended = threading.Event()
        self._is_away = False

    def heard_by(self, channel: str, hearer: Callable[[int], None]) -> None:
        """Hand the numbers of this channel to `hearer`. To be said before the first begins."""
        self._hearers[channel] = hearer

    def begin(self) -> None:
        """Listen, from now on, for as long as the process lives."""
        with self._guard:
            if self._begun:
                return
            self._begun = True
        threading.Thread(target=self._run, name="bells", daemon=True).start()

    def tell(self, channel: str, n: int) -> None:
        """Tell all processes, soon: of many numbers that wait to be told the last one is."""
        with self._guard:
            is_first = not self._to_tell
            self._to_tell[channel] = max(n, self._to_tell.get(channel, 0))
        self.begin()
        if is_first:
            os.write(self._nudge, b".")

    def end(self) -> None:
        """Listen no more."""
        self._ended.set()
        os.write(self._nudge, b".")

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                with psycopg.connect(self._address, autocommit=True) as connection:
                    self._serve(connection)
            except psycopg.Error as away:
                if not self._is_away:
                    log.warning("bells_unheard", error=type(away).__name__)
                self._is_away = True
            self._ended.wait(AGAIN_AFTER)

    def _serve(self, connection: psycopg.Connection) -> None:
        for channel in self._hearers:
            connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        self._is_away = False
        while not self._ended.is_set():
            ready, _, _ = select.select([connection.fileno(), self._nudged], [], [], TRY_LINE_EVERY)
            if self._nudged in ready:
                os.read(self._nudged, 64)
                self._send(connection)
            elif not ready:
                connection.execute("SELECT 1")
            for notice in connection.notifies(timeout=0):
                self._hearers[notice.channel](int(notice.payload))

    def _send(self, connection: psycopg.Connection) -> None:
        with self._guard:
            waiting, self._to_tell = self._to_tell, {}
        for channel, n in waiting.items():
            connection.execute("SELECT pg_notify(%s, %s)", (channel, str(n)))
