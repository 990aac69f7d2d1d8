"""The sandbox's clock: real time plus an offset that the EHR serves and the others follow."""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Protocol
from urllib.parse import urlsplit

import requests

DAY = timedelta(days=1)


class Clock(Protocol):
    """Tells the sandbox's time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


class BadClockMove(ValueError):
    """A request to move the clock that names no known move."""


class SettableClock:
    """Real time plus an offset that can be moved, within this process."""

    def __init__(self, offset_seconds: float = 0.0) -> None:
        self._offset = timedelta(seconds=offset_seconds)

    @property
    def offset_seconds(self) -> float:
        """How far this clock is ahead of real time, in seconds."""
        return self._offset.total_seconds()

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return datetime.now(UTC) + self._offset

    def set_offset(self, seconds: float) -> None:
        """Be this many seconds ahead of real time."""
        self._offset = timedelta(seconds=seconds)

    def forward(self, step: timedelta) -> None:
        """Move on from where the clock stands."""
        self._offset += step

    def move(self, order: Mapping[str, object]) -> None:
        """Obey the body of ``POST /clock``. Raises BadClockMove."""
        match dict(order):
            case {"offset_seconds": int() | float() as seconds} if not isinstance(seconds, bool):
                self.set_offset(seconds)
            case {"forward_minutes": int() | float() as minutes} if not isinstance(minutes, bool):
                self.forward(timedelta(minutes=minutes))
            case {"tomorrow": True}:
                self.forward(DAY)
            case _:
                raise BadClockMove("say offset_seconds, forward_minutes or tomorrow")

    def as_json(self) -> dict[str, object]:
        """The body of ``GET /clock``."""
        return {"offset_seconds": self.offset_seconds, "now": instant(self.now())}


class FollowingClock(SettableClock):
    """Keeps the offset of the clock at ``url`` by asking for it twice a second in a daemon thread."""

    def __init__(self, url: str, every: float = 0.5) -> None:
        super().__init__()
        self._url = url if urlsplit(url).path.endswith("/clock") else url.rstrip("/") + "/clock"
        self._every = every
        self._stopped = threading.Event()
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy of the environment knows nothing of loopback

    def start(self) -> "FollowingClock":
        """Ask once now, then keep asking."""
        self.follow_once()
        threading.Thread(target=self._follow, name="clock", daemon=True).start()
        return self

    def stop(self) -> None:
        """Ask no more; the last offset stays."""
        self._stopped.set()

    def follow_once(self) -> None:
        """Take over the served offset; an unreachable or strange clock changes nothing."""
        try:
            served = self._session.get(self._url, timeout=2).json()
            self.set_offset(float(served["offset_seconds"]))
        except (requests.RequestException, ValueError, KeyError, TypeError):
            return

    def _follow(self) -> None:
        while not self._stopped.wait(self._every):
            self.follow_once()


def clock_for(url: str | None) -> SettableClock:
    """A clock that follows ``url``, or real time where there is none."""
    return FollowingClock(url).start() if url else SettableClock()


def instant(moment: datetime) -> str:
    """``moment`` in UTC as ``2026-03-01T09:30:00Z``, milliseconds kept where there are any."""
    utc = moment.astimezone(UTC)
    text = utc.isoformat(timespec="milliseconds" if utc.microsecond >= 1000 else "seconds")
    return text.replace("+00:00", "Z")
