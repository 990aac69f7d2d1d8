"""The clock: real time, or in a sandbox real time plus an offset served elsewhere."""

import logging
import threading
import time
from datetime import UTC, datetime, timedelta

import requests

log = logging.getLogger(__name__)
POLL_SECONDS = 0.5
# That nobody listens is known at once. One that is busy is waited for: else we would begin at real time.
TIMEOUT = (2, 10)


class SystemClock:
    """Real time."""

    def now(self) -> datetime:
        """This instant, in UTC."""
        return datetime.now(UTC)


class FollowedClock:
    """Real time plus the offset that a sandbox serves at `url`, followed within a second."""

    def __init__(self, url: str, session: requests.Session) -> None:
        self._url = url
        self._session = session
        self._offset = timedelta(0)
        self._stop = threading.Event()
        self._read()
        threading.Thread(target=self._follow, name="clock", daemon=True).start()

    def now(self) -> datetime:
        """The sandbox's instant, in UTC."""
        return datetime.now(UTC) + self._offset

    def close(self) -> None:
        """Stop following."""
        self._stop.set()

    def _follow(self) -> None:
        while not self._stop.wait(POLL_SECONDS):
            self._read()

    def _read(self) -> None:
        try:
            answer = self._session.get(self._url, timeout=TIMEOUT)
            self._offset = timedelta(seconds=float(answer.json()["offset_seconds"]))
        except (requests.RequestException, ValueError, KeyError, TypeError):
            # The sandbox may start after us or be stopped: the last offset stays.
            log.debug("clock_unreachable")


class FrozenClock:
    """A clock that stands still until it is moved. For tests and rehearsals."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.instant

    def forward(self, **units: float) -> None:
        """Move on by `timedelta` units."""
        self.instant += timedelta(**units)


def epoch_ms() -> int:
    """Milliseconds of real time, for measuring only."""
    return time.time_ns() // 1_000_000
