"""The story of one visit, from the click in the chart to the finished page."""

import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urljoin

import requests

from sandbox.run.browser import BROKEN_LINE, Browser
from sandbox.walk.pages import Page, page_from
from sandbox.walk.people import LOOK_EVERY, PATIENCE, Person
from sandbox.walk.report import Report, StepFailed
from sandbox.walk.stage import Stage
from sandbox.walk.stream import EventStream, Line
from sandbox.walk.worlds import EhrControl, ZoomControl, epoch_ms

TOO_EARLY = "too_early"
IN_THE_HALL = (TOO_EARLY, "wait", "told")
SHARED_SECONDS = 2.0
NOTE_SECONDS = 120.0


class Visit:
    """Walks one visit. Each step is a method; ``walk`` is their order.

    ``restarts`` is counted up by whoever starts a dead app again. What does not come in ``patience`` seconds
    does not come.
    """

    def __init__(
        self,
        stage: Stage,
        report: Report,
        context: Mapping[str, Any] | None,
        patience: float = PATIENCE,
    ) -> None:
        self._app = stage.app
        self._report = report
        self._ehr = EhrControl(stage.ehr_control, stage.clock_moves)
        self._zoom = ZoomControl(stage.zoom_control)
        self._context = context
        self._patience = patience
        self._provider, self._patient = Person(stage.app, patience), Person("null", patience)
        self._page = Page("", 0)
        self._link = self._host_link = self._join_link = ""
        self.restarts = 0

    @property
    def link(self) -> str:
        """The patient's, once the visit page gave it."""
        return self._link

    @property
    def provider(self) -> Person:
        """Who started it."""
        return self._provider

    @property
    def page_url(self) -> str:
        """The visit's page, as its provider has it open."""
        return self._page.url

    def walk(self) -> None:
        """The whole visit. Raises StepFailed."""
        step = self._report.step
        with step("launch from the EHR"):
            self._launch()
        with EventStream(self._provider.browser, urljoin(self._app, "/events/stream")) as stream:
            self._meet(stream)
            with step("finish"):
                self._finish()
        with step("the note is in the chart"):
            self._find_note()
        with step("the patient's page says finished"):
            self._patient.until(self._link, lambda page: page.state == "finished", "finished", _pause)

    def _meet(self, stream: EventStream) -> None:
        """All until the patient has left: what happens while the provider's page is open."""
        step = self._report.step
        with step("the provider's event stream opens"):
            self._open_stream(stream)
        with step("the visit page gives the patient's link"):
            self._take_link()
        with step("the patient opens the link"):
            self._open_link()
        with step("the clock reaches the slot"):
            self._reach_the_slot()
        with step("the provider is told: here"):
            self._expect(stream, "here", self._come)
        with step("start: a host link"):
            self._start()
        with step("the host starts the meeting"):
            self._expect(stream, "in_call", self._host_starts)
        with step("the patient's page offers Join"):
            self._offered_join()
        with step("join: a link of the patient's own"):
            self._join()
        with step("the provider is told: on the way"):
            self._expect(stream, "on_the_way", lambda: None)
        with step("the patient enters the waiting room"):
            self._expect(stream, "waiting", lambda: self._guest("enter"))
        with step("admit: both in the call"):
            self._expect(stream, "in_call", lambda: self._guest("admit"), people=2, state="in_progress")
        with step("put back to the waiting room"):
            self._expect(stream, "waiting", lambda: self._guest("put_back"))
        with step("admit again"):
            self._expect(stream, "in_call", lambda: self._guest("admit"), people=2)
        with step("the patient leaves; nothing is finished"):
            self._expect(stream, "left", lambda: self._guest("leave"), state="in_progress")

    def _launch(self) -> None:
        context = self._context = self._context or self._ehr.a_visit()
        deadline = time.monotonic() + self._patience
        while True:
            restarts = self.restarts
            self._page = self._provider.open(self._ehr.launch(self._app, context))
            if self._page.name == "visit":
                return
            # Killed between the code and our page, the app rightly refuses the same answer twice.
            if time.monotonic() > deadline or self.restarts == restarts:
                raise StepFailed(f"the launch led to {self._page.described()}")

    def _open_stream(self, stream: EventStream) -> None:
        if not stream.wait_open(self._patience):
            raise StepFailed(stream.fault or "the stream did not open")

    def _take_link(self) -> None:
        self._page = self._provider.open(self._page.url)
        self._link = self._page.data_fields.get("patient-link", "")
        if not self._link.startswith(f"{self._app}/v/"):
            raise StepFailed(f"no patient-link of ours on {self._page.described()}")

    def _open_link(self) -> None:
        page = self._patient.open(self._link)
        if page.state not in IN_THE_HALL or page.form("join"):
            raise StepFailed(f"the link opened {page.described()}")
        self._report.note(page.state)

    def _reach_the_slot(self) -> None:
        appointment = str((self._context or {}).get("appointment", ""))
        self._report.note(self._ehr.wait_for_the_slot(appointment))
        self._zoom.wait_until_ahead(self._ehr.ahead())
        self._patient.until(self._link, lambda page: page.state != TOO_EARLY, "the time to wait", _pause)

    def _come(self) -> None:
        page = self._patient.until(self._link, lambda page: page.state in IN_THE_HALL, "the hall", _pause)
        self._report.note(page.state)

    def _start(self) -> None:
        if self._provider.open(self._page.url).form("confirm-host"):
            self._provider.act(self._page.url, "confirm-host")
            self._report.note("confirmed who is signed in to Zoom")
        # The app opens this in a new tab, which shares no cookie with the EHR's frame.
        self._host_link = self._out("start", self._provider, self._page.url, Browser())

    def _host_starts(self) -> None:
        self._zoom.do("host_starts", start_url=self._host_link)

    def _offered_join(self) -> None:
        self._patient.until(self._link, lambda page: page.form("join") is not None, "Join", _pause)

    def _join(self) -> None:
        self._join_link = self._out("join", self._patient, self._link, self._patient.browser)

    def _guest(self, step: str) -> None:
        self._zoom.do(step, join_url=self._join_link)

    def _out(self, act: str, person: Person, page_url: str, browser: Browser) -> str:
        """Press a button that leads to Zoom; pressed again where the app died over it."""
        deadline = time.monotonic() + self._patience
        while True:
            answer = person.act(page_url, act, browser)
            try:
                return person.follow_out(answer, browser, ("confirm-host", act))
            except BROKEN_LINE as error:
                if time.monotonic() > deadline:
                    raise StepFailed(f"{act} got no answer") from error

    def _finish(self) -> None:
        deadline = time.monotonic() + self._patience
        while (page := self._provider.open(self._page.url)).state != "finished":
            if time.monotonic() > deadline:
                raise StepFailed(f"Finish led to {page.described()}")
            self._submit_finish(page)

    def _find_note(self) -> None:
        """The page says so, once the app has read it back. An EHR that takes no notes is no failure."""
        settled = ("confirmed", "rejected", None)

        def is_settled(page: Page) -> bool:
            return page.writes.get("chart_note") in settled

        # An app that died over the write looks for it for a minute and a half before it sends it again.
        page = self._provider.until(self._page.url, is_settled, "the note in the chart", _pause, NOTE_SECONDS)
        if page.writes.get("chart_note") != "confirmed":
            self._report.note("this EHR takes no note; skipped")

    def _submit_finish(self, page: Page) -> None:
        form = page.form("finish")
        if form is None:
            raise StepFailed(f"no form finish on {page.described()}")
        try:
            answer = self._provider.send(form)
            summary = self._page_behind(answer)
            if (again := summary.form("finish")) and summary.state != "finished":
                if "note" in again.fields:
                    # Where a note can only be final the box waits for a tick.
                    again.fields.setdefault("file", "final")
                self._provider.send(again)
        except BROKEN_LINE:
            time.sleep(LOOK_EVERY)

    def _page_behind(self, answer: requests.Response) -> Page:
        if answer.is_redirect:
            return self._provider.open(urljoin(answer.url, answer.headers["Location"]))
        return page_from(answer.url, answer.status_code, answer.text)

    def _expect(
        self,
        stream: EventStream,
        presence: str,
        cause: Callable[[], None],
        people: int = 1,
        state: str = "",
    ) -> None:
        """Cause something; the visit page must say it, and the stream too. Notes how long that took."""
        mark, began = stream.mark(), epoch_ms()
        if presence in ("on_the_way", "here"):
            mark, began = 0, 0.0
        cause()

        def right(page: Page) -> bool:
            return page.presence.count(presence) >= people and state in ("", page.state)

        seen = mark

        def news() -> None:
            nonlocal seen
            stream.wait_news(seen, 1.0)
            seen = stream.mark()

        self._provider.until(self._page.url, right, presence, news)
        line = _line_of(stream, mark, self._page.main.get("data-visit", ""), began, self._patience)
        self._report.note(f"{presence}, on the stream {line.took:.0f} ms after it was received")


def _line_of(stream: EventStream, mark: int, visit: str, began: float, patience: float) -> Line:
    """The first line about this visit whose cause came after ``began``. Raises StepFailed.

    Webhooks that are read together share a line, and it bears the time of the first: the step's own may
    hide behind the last one of the step before.
    """
    asked = time.monotonic()
    while True:
        lines = [one for one in stream.lines(mark) if one.visit == visit]
        own = [one for one in lines if one.caused >= began]
        waited = time.monotonic() - asked
        if own:
            return next((one for one in own if one.kind == "presence"), own[0])
        if lines and waited > SHARED_SECONDS:
            return lines[-1]
        if waited > patience:
            raise StepFailed("the page changed, and no line came on the stream")
        stream.wait_news(stream.mark(), 0.5)


def _pause() -> None:
    time.sleep(LOOK_EVERY)
