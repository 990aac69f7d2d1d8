"""The provider's event stream, read as a browser reads it: kept open, opened again when it breaks."""

import json
import threading
import time
from dataclasses import dataclass
from typing import Any

import requests

from sandbox.run.browser import Browser

RETRY_EVERY = 0.2


@dataclass(frozen=True)
class Line:
    """One event of a visit; both instants are milliseconds of real time."""

    visit: str
    kind: str
    number: int
    caused: float
    arrived: float

    @property
    def took(self) -> float:
        """From the cause to us, in milliseconds."""
        return self.arrived - self.caused


class EventStream:
    """Holds the stream in a thread of its own for as long as the context lasts."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url
        self._lines: list[Line] = []
        self._news = threading.Condition()
        self._stopped = False
        self._opened = threading.Event()
        self._last_id = ""
        self.fault = ""

    def __enter__(self) -> "EventStream":
        threading.Thread(target=self._hold, name="stream", daemon=True).start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self._stopped = True

    def wait_open(self, seconds: float) -> bool:
        """Whether the stream opened within so many seconds."""
        return self._opened.wait(seconds)

    def mark(self) -> int:
        """A place in the stream to look on from."""
        with self._news:
            return len(self._lines)

    def lines(self, since: int) -> list[Line]:
        """What came after a mark."""
        with self._news:
            return self._lines[since:]

    def wait_news(self, since: int, seconds: float) -> None:
        """Return when something came after a mark, or after so many seconds."""
        with self._news:
            self._news.wait_for(lambda: len(self._lines) > since, seconds)

    def _hold(self) -> None:
        while not self._stopped:
            try:
                headers = {"Accept": "text/event-stream"} | (
                    {"Last-Event-ID": self._last_id} if self._last_id else {}
                )
                with self._browser.stream(self._url, headers) as answer:
                    if answer.status_code != 200:
                        self.fault = f"the stream answered {answer.status_code}"
                    else:
                        self._opened.set()
                        self._read(answer)
            except (requests.RequestException, OSError):
                self.fault = "the stream broke"
            time.sleep(RETRY_EVERY)

    def _read(self, answer: requests.Response) -> None:
        event: dict[str, str] = {}
        for raw in answer.iter_lines(chunk_size=1):
            if self._stopped:
                return
            text = raw.decode("utf-8", "replace")
            if not text:
                self._take(event)
                event = {}
            elif not text.startswith(":"):
                name, _, value = text.partition(":")
                event[name] = event.get(name, "") + value.removeprefix(" ")

    def _take(self, event: dict[str, str]) -> None:
        self._last_id = event.get("id", self._last_id)
        if event.get("event") != "visit":
            return
        told: dict[str, Any] = json.loads(event["data"])
        line = Line(
            str(told["visit"]), str(told["kind"]), int(told["n"]), float(told["received"]), time.time() * 1000
        )
        with self._news:
            self._lines.append(line)
            self._news.notify_all()
