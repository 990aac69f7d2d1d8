"""One visit of the day: what its patient and its provider do, act by act."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from sandbox.chaos.drive import Drive, again
from sandbox.clinic.resources import SERVICES
from sandbox.clinic_day.plan import DayScript
from sandbox.clinic_day.provider import Provider
from sandbox.clock import instant
from sandbox.run.addresses import Addresses
from sandbox.run.browser import Browser
from sandbox.walk.pages import Page
from sandbox.walk.people import Person
from sandbox.walk.report import StepFailed
from sandbox.walk.worlds import called

LOCATION = "vb-location-harbor"
# The department's policy: who comes earlier than this is too early.
EARLY_MINUTES = 30
# How the product says that Zoom's meetings of this host are spent for the day.
SPENT = "VB-1515"
PLACES = ("to come", "waiting", "in calls", "over")
LOST = "Network connection error."


class NotPossible(Exception):
    """Zoom does not let this visit happen today; the message is the product's code."""


class DayDrive(Drive):
    """Whose script is a DayScript. ``late`` holds, in seconds, when the provider heard that they wait."""

    script: DayScript

    def __init__(
        self, at: Addresses, script: DayScript, name: str, provider: Provider, colleague: str
    ) -> None:
        super().__init__(at, script)
        self._staff, self._colleague, self._name = provider, colleague, name
        self._provider = provider.person
        self.late: float | None = None
        self.waits = False
        self.refused = ""

    @property
    def host(self) -> str:
        """Its host's address in Zoom."""
        return self._staff.who.email

    def appointment(self, first_slot: datetime) -> dict[str, object]:
        """As the chart has it in the morning."""
        start = first_slot + timedelta(minutes=self.script.start)
        service = {"coding": [{"system": SERVICES, "code": "video-visit"}], "text": "Video Visit"}
        actors = (
            f"Patient/{self.script.patient}",
            f"Practitioner/{self.script.provider}",
            f"Location/{LOCATION}",
        )
        return {
            "resourceType": "Appointment",
            "id": self.script.appointment,
            "status": "booked",
            "serviceType": [service],
            "start": instant(start),
            "end": instant(start + timedelta(minutes=self.script.minutes)),
            "minutesDuration": self.script.minutes,
            "participant": [{"actor": {"reference": one}, "status": "accepted"} for one in actors],
        }

    def take_link(self) -> None:
        """The provider's schedule shows the visit, and its page the patient's link. Raises StepFailed."""
        if self._name not in self._staff.visits:
            raise StepFailed("the schedule does not show it")
        self._url = self._staff.visits[self._name]
        self._patient_link()
        if "/v/" not in self._link:
            raise StepFailed("its page gives no link")

    def act(self, name: str) -> None:
        """One act of the script. Raises StepFailed, and NotPossible."""
        getattr(self, f"_{name}")()

    def place(self, minute: int) -> str:
        """Where the visit is, for the line of progress."""
        if self.refused or self.script.acts[-1][0] <= minute:
            return "over"
        return "waiting" if self.waits else "in calls" if self.meeting else "to come"

    def check_again(self) -> None:
        """Who waits looks again; without that their page is taken for closed."""
        if self.waits:
            self._patient.open(self._link)

    def give_up(self, code: str) -> None:
        """Zoom refused: the provider calls by telephone, and cancels. From here on this is the script."""
        self._stop_waiting()
        self.refused, came = code, self._arrived is not None
        self.script = replace(self.script, kind="given_up", ending="cancel", steps=(), came=came)
        self._close()

    def _launch(self) -> Page:
        """Signs in anew, as the page asks for."""
        self._staff.sign_in()
        return self._provider.open(self._url)

    def _end_wait(self) -> None:
        """When a wait ends is told by the acts."""

    def _come(self) -> None:
        mark, began = again(self._come_in)
        self._arrived, self.waits = self._arrived or self._now(), True
        self._staff.seated.add(self.script.appointment)
        self.late = self._staff.told_within(self._url, mark, began)
        if self.late is None:
            raise StepFailed("the provider was not told that the patient waits")
        if self.script.kind == "old_phone":
            self._press_check_again()
        if self.script.kind == "behind":
            self._two_wait()

    def _come_in(self) -> tuple[int, float]:
        """Where the provider's stream was and what time it was, before the page opened."""
        mark, began = self._staff.stream.mark(), time.time()
        self._look("wait", "told", "join")
        return mark, began

    def _press_check_again(self) -> None:
        """Without scripts there is a button."""
        form = self._patient.open(self._link).form("check-again")
        if form is None or form.method != "get":
            raise StepFailed("a phone without scripts has nothing to press")
        self._patient.open(form.action)

    def _two_wait(self) -> None:
        self._staff.read_schedule()
        shown, wait = self._staff.waiting, len(self._staff.seated)
        if shown < wait:
            raise StepFailed(f"{wait} wait, and the schedule shows {shown}")

    def _come_too_early(self) -> None:
        self._sees("too_early")

    def _read_cancelled(self) -> None:
        self._sees("cancelled")

    def _read_moved(self) -> None:
        """The link that they had says the new time; where that is near, they are here."""
        if self.script.moved_by > EARLY_MINUTES:
            self._sees("too_early")
        else:
            self._sees("wait")
            self._arrived = self._now()

    def _sees(self, door: str) -> None:
        again(partial(self._look, door))

    def _look(self, *doors: str) -> None:
        page = self._patient.open(self._link)
        if page.state not in doors:
            raise StepFailed(f"the patient found {page.described()}, not {' or '.join(doors)}")

    def _cancel_in_chart(self) -> None:
        self._at_the_front_desk({"status": "cancelled"})

    def _move_in_chart(self) -> None:
        self._at_the_front_desk({"move_minutes": self.script.moved_by})

    def _at_the_front_desk(self, change: dict[str, object]) -> None:
        called("POST", f"{self._at.ehr}/_appointments/{self.script.appointment}", change)
        self._staff.read_schedule()

    def _start(self) -> None:
        self._begin(self._press_start)

    def _double_click(self) -> None:
        """Two clicks before the first is answered: both lead into the same meeting."""

        def twice() -> str:
            with ThreadPoolExecutor(2) as threads:
                first, second = threads.map(lambda _: self._press_start(), range(2))
            if first.partition("?")[0] != second.partition("?")[0]:
                raise StepFailed("two clicks on Start made two meetings")
            return first

        self._begin(twice)

    def _begin(self, press: Callable[[], str]) -> None:
        self._host_link = again(press)
        self.meeting = str(self._zoom("host_starts", start_url=self._host_link)["meeting"])

    def _press_start(self) -> str:
        try:
            return self._out("start", self._provider, self._url, Browser())
        except StepFailed as failed:
            if SPENT in str(failed):
                raise NotPossible(SPENT) from failed
            raise

    def _join(self) -> None:
        self._stop_waiting()
        super()._join()

    def _stop_waiting(self) -> None:
        if self._arrived is not None and self.waited is None:
            self.waited = (self._now() - self._arrived).total_seconds() / 60
        self.waits = False
        self._staff.seated.discard(self.script.appointment)

    def _drop(self) -> None:
        self._zoom("leave", join_url=self._join_link, reason=LOST)

    def _colleague_looks(self) -> None:
        """Another provider opens the patient's chart and the app in it, and sees the visit as it is."""
        context = {
            "patient": self.script.patient,
            "appointment": self.script.appointment,
            "practitioner": self._colleague,
        }
        order = {"app": f"{self._at.app}/launch", "context": context}
        url = str(called("POST", f"{self._at.ehr}/_launch", order)["url"])
        colleague = Person(self._at.app)
        opened = again(partial(colleague.open, url))
        # Zoom's word that both are in the call may still be under way.
        again(partial(_shows, colleague, opened.url, "in_progress"))


def _shows(person: Person, url: str, state: str) -> None:
    page = person.open(url)
    if page.name != "visit" or page.state != state:
        raise StepFailed(f"a colleague found {page.described()}")
