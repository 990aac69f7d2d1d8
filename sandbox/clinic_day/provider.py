"""A provider at work: one sign-in from the EHR, the schedule page, and the stream of what happens."""

import re
import time
from html import unescape
from urllib.parse import urljoin

from sandbox.clinic.people import Clinician
from sandbox.run.addresses import Addresses
from sandbox.walk.pages import page_from
from sandbox.walk.people import LOOK_EVERY, Person
from sandbox.walk.report import StepFailed
from sandbox.walk.stream import EventStream
from sandbox.walk.worlds import called

ROW = re.compile(r'<a href="(/clinic/s/[^"/]+/visits/[^"#]+)">([^<]+)</a>')
OPEN_SECONDS = 20.0
TOLD_SECONDS = 30.0


class Provider:
    """One provider with a browser. ``visits`` are the addresses that their schedule shows, by patient."""

    def __init__(self, at: Addresses, who: Clinician) -> None:
        self._at, self.who = at, who
        self.person = Person(at.app)
        self.stream = EventStream(self.person.browser, urljoin(at.app, "/events/stream"))
        self.visits: dict[str, str] = {}
        self.waiting = 0  # as the schedule said last
        self.seated: set[str] = set()  # the appointments of those who do wait
        self._schedule = ""
        self._listens = False

    def sign_in(self) -> None:
        """A click in the EHR with nobody's chart open. Raises StepFailed."""
        context = {"practitioner": self.who.id, "patient": None}
        order = {"app": f"{self._at.app}/launch", "context": context}
        url = str(called("POST", f"{self._at.ehr}/_launch", order)["url"])
        self._read(url)

    def read_schedule(self) -> None:
        """Load the schedule page, which reads the chart. Raises StepFailed."""
        self._read(self._schedule)

    def listen(self) -> bool:
        """Open the stream, which goes on until they leave; tells if there was a place for it."""
        self.stream.__enter__()
        self._listens = self.stream.wait_open(OPEN_SECONDS)
        if not self._listens:
            self.stream.__exit__()
        return self._listens

    def leave(self) -> None:
        """Whatever comes is not heard any more."""
        self.stream.__exit__()

    def told_within(self, visit_url: str, mark: int, began: float) -> float | None:
        """Seconds from ``began`` until the provider was told of the visit; None if they never were.

        By the stream, or by the visit's page where there was no place for a stream.
        """
        if not self._listens:
            self.person.until(visit_url, lambda page: "here" in page.presence, "the patient", _pause)
            return time.time() - began
        visit, deadline = visit_url.rpartition("/")[2], time.monotonic() + TOLD_SECONDS
        while time.monotonic() < deadline:
            for line in self.stream.lines(mark):
                if line.visit == visit:
                    return max(line.arrived / 1000 - began, 0.0)
            self.stream.wait_news(self.stream.mark(), 0.5)
        return None

    def _read(self, url: str) -> None:
        answer = self.person.browser.get(url)
        page = page_from(answer.url, answer.status_code, answer.text)
        if page.name != "schedule":
            raise StepFailed(f"the schedule of {self.who.id} led to {page.described()}")
        self._schedule = answer.url
        self.waiting = sum(presence in ("here", "waiting") for presence in page.presence)
        found = {unescape(name): urljoin(answer.url, path) for path, name in ROW.findall(answer.text)}
        self.visits |= found


def _pause() -> None:
    time.sleep(LOOK_EVERY)
