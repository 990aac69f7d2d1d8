"""Walks one scripted visit as its people would: what fails is tried again."""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar
from urllib.parse import urljoin

import requests

from sandbox.chaos.plan import Script
from sandbox.chaos.truth import SETTLED
from sandbox.clinic.resources import SERVICES
from sandbox.clock import instant
from sandbox.run.addresses import Addresses
from sandbox.run.browser import Browser
from sandbox.walk.pages import Page, page_from
from sandbox.walk.people import Person
from sandbox.walk.report import StepFailed
from sandbox.walk.worlds import called

T = TypeVar("T")
PATIENCE = 60.0
PAUSE = 0.2
WAITS, TURNS = 17.0, 4  # minutes: longer than it takes until the clinic is told a second time
CLOCK = threading.RLock()
CLOSING = {"no_show": "no-show", "nobody_came": "no-show", "cancel": "cancel"}


class Drive:
    """One visit. ``meeting``: Zoom's number of it, ``waited``: the minutes that its patient waited unseen."""

    def __init__(self, at: Addresses, script: Script) -> None:
        self._at, self.script = at, script
        self._provider, self._patient = Person(at.app), Person("null")
        self._url = self._link = self._host_link = self._join_link = ""
        self.meeting = ""
        self.waited: float | None = None
        self._arrived: datetime | None = None

    def walk(self) -> None:
        """All of it. Raises StepFailed."""
        self._book()
        self._patient_link()
        for step, minutes in zip(self.script.steps, self.script.pauses, strict=False):
            getattr(self, f"_{step}")()
            self._pass(minutes)
        if self.script.state == "no_show":
            self._pass(20)
        self._close()

    def page(self) -> Page:
        """The visit's page; launched again where the sign-in is over."""
        return again(self._page_once)

    def owes(self) -> bool:
        """Whether anything has still to reach the chart. What waits for its author's sign-in gets it."""
        states = set(self.page().writes.values()) - SETTLED
        if "needs_sign_in" in states:
            again(self._launch)
        return bool(states)

    def _page_once(self) -> Page:
        self._end_wait()
        if self._url:
            page = self._provider.open(self._url)
            if page.name == "visit":
                return page
        return self._launch()

    def _launch(self) -> Page:
        context = {"patient": self.script.patient, "appointment": self.script.appointment}
        order = {"app": f"{self._at.app}/launch", "context": context}
        page = self._provider.open(str(called("POST", f"{self._at.ehr}/_launch", order)["url"]))
        if page.name != "visit":
            raise StepFailed(f"the launch led to {page.described()}")
        self._url = page.url
        return page

    def _book(self) -> None:
        now = self._now()
        actors = (
            f"Patient/{self.script.patient}",
            f"Practitioner/{self.script.provider}",
            "Location/vb-location-harbor",
        )
        service = {"coding": [{"system": SERVICES, "code": "video-visit"}]}
        raw = {
            "resourceType": "Appointment",
            "id": self.script.appointment,
            "status": "booked",
            "serviceType": [{**service, "text": "Video Visit"}],
            "start": instant(now),
            "end": instant(now + timedelta(minutes=20)),
            "minutesDuration": 20,
            "participant": [{"actor": {"reference": one}, "status": "accepted"} for one in actors],
        }
        answer = called("POST", f"{self._at.ehr}/_load", {"resources": [raw]})
        if answer["refused"]:
            raise StepFailed(f"the chart took no appointment: {answer['refused']}")

    def _now(self) -> datetime:
        return datetime.fromisoformat(called("GET", f"{self._at.ehr}/clock")["now"])

    def _wait(self) -> None:
        """The patient is there, and nobody looks. A page that is not asked for again is taken for closed.

        Nobody else's step moves the clock meanwhile: a message is of no use once its patient is gone.
        """
        with CLOCK:
            self._arrived = self._now()
            again(lambda: self._patient.open(self._link))
            for _ in range(TURNS):
                self._pass(WAITS / TURNS)
                again(lambda: self._patient.open(self._link))

    def _end_wait(self) -> None:
        if self._arrived is not None and self.waited is None:
            self.waited = (self._now() - self._arrived).total_seconds() / 60

    def _patient_link(self) -> None:
        self._link = self.page().data_fields.get("patient-link", "")

    def _start(self) -> None:
        self._host_link = again(self._start_once)
        self.meeting = str(self._zoom("host_starts", start_url=self._host_link)["meeting"])

    def _start_once(self) -> str:
        try:
            return self._out("start", self._provider, self.page().url, Browser())
        except StepFailed:
            # As the page says: open the visit from the EHR again.
            self._launch()
            raise

    def _join(self) -> None:
        self._join_link = again(lambda: self._out("join", self._patient, self._link, self._patient.browser))

    def _enter(self) -> None:
        self._zoom("enter", join_url=self._join_link)

    def _admit(self) -> None:
        self._zoom("admit", join_url=self._join_link)

    def _put_back(self) -> None:
        self._zoom("put_back", join_url=self._join_link)

    def _leave(self) -> None:
        self._zoom("leave", join_url=self._join_link)

    def _host_leaves(self) -> None:
        self._zoom("leave", start_url=self._host_link)

    def _close(self) -> None:
        again(self._close_once)

    def _close_once(self) -> None:
        page = self.page()
        if page.state == self.script.state:
            return
        form = page.form(CLOSING.get(self.script.ending, "finish"))
        if form is None:
            raise StepFailed(f"no way to close: {page.described()}")
        if "reason" in form.fields:
            form.fields["reason"] = "Chaos"
        answer = self._provider.send(form)
        if form.act == "finish":
            self._send_summary(self._behind(answer))
        if (page := self.page()).state != self.script.state:
            raise StepFailed(f"not closed: {page.described()}")

    def _send_summary(self, page: Page) -> None:
        form = page.form("finish")
        if form is None or page.name != "finish":
            raise StepFailed(f"no summary: {page.described()}")
        form.fields.pop("file", None)
        if self.script.note:
            form.fields |= {"file": "yes", "note": self.script.note}
        self._provider.send(form)

    def _behind(self, answer: requests.Response) -> Page:
        if answer.is_redirect:
            return self._provider.open(urljoin(answer.url, answer.headers["Location"]))
        return page_from(answer.url, answer.status_code, answer.text)

    def _out(self, act: str, person: Person, url: str, browser: Browser) -> str:
        return person.follow_out(person.act(url, act, browser), browser, ("confirm-host", act))

    def _zoom(self, step: str, **details: str) -> dict[str, object]:
        done = called("POST", f"{self._at.zoom}/_sim", {"steps": [{"do": step, **details}]})
        answer: dict[str, object] = done["steps"][0]
        return answer

    def _pass(self, minutes: float) -> None:
        with CLOCK:
            called("POST", f"{self._at.ehr}/clock", {"forward_minutes": minutes})
        time.sleep(1.1)


def again(act: Callable[[], T]) -> T:
    """As a person does: what failed is tried again for a while. Raises StepFailed."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return act()
        except (StepFailed, requests.RequestException) as failed:
            if time.monotonic() > deadline:
                raise StepFailed(str(failed)) from failed
            time.sleep(PAUSE)
