"""A run: days of visits, each provider's side by side, while much fails; then the comparison."""

import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

from sandbox.chaos import faults
from sandbox.chaos.disturbing import disturbing
from sandbox.chaos.drive import Drive
from sandbox.chaos.plan import PROVIDERS, plan
from sandbox.chaos.report import report
from sandbox.chaos.truth import Chart, appointments_in, differences, expected, meetings_in, told
from sandbox.clinic.day import seconds_until
from sandbox.clinic.places import ZONE
from sandbox.run.addresses import Addresses
from sandbox.run.household import Household
from sandbox.walk.report import StepFailed
from sandbox.walk.worlds import called

# Webhooks come up to ninety minutes late, and a write is looked for again for hours.
LEAST_ROUNDS, MOST_ROUNDS = 10, 60
ROUND_SECONDS, ROUND_MINUTES = 1.5, 10
# By the clinic's clocks. What begins before the evening has ended by midnight.
MORNING, EVENING = time_of_day(10), time_of_day(18)


class Run:
    """One run over a world that is up. The plan follows from the seed; how threads take turns does not."""

    def __init__(self, at: Addresses, folder: Path, household: Household, seed: int, visits: int) -> None:
        self._at, self._folder, self._household, self._seed = at, folder, household, seed
        self.drives = [Drive(at, script) for script in plan(seed, visits)]
        self.wrong: dict[str, dict[str, str]] = {}

    def through(self, parts: Sequence[str] = ("app",)) -> bool:
        """All of it, with these parts killed now and then. Tells if everything equals the truth."""
        faults.begin(self._at, self._seed)
        with disturbing(self._household, self._at, parts, self._seed) as done:
            self._walk_all()
        print(", ".join(f"{name} {count} times" for name, count in sorted(done.items())), flush=True)
        faults.end(self._at)
        self._settle()
        self._compare()
        return report(self._seed, len(self.drives), self.wrong)

    def _walk_all(self) -> None:
        """A provider has one visit after the other, the providers side by side; at night nobody has any."""
        theirs = [
            deque(one for one in self.drives if one.script.provider == provider) for provider in PROVIDERS
        ]
        while True:
            with ThreadPoolExecutor(len(PROVIDERS)) as threads:
                list(threads.map(self._walk_today, theirs))
            if not any(theirs):
                return
            minutes = seconds_until(MORNING, self._now()) / 60
            called("POST", f"{self._at.ehr}/clock", {"forward_minutes": minutes})

    def _walk_today(self, drives: deque[Drive]) -> None:
        while drives and self._now().astimezone(ZONE).time() < EVENING:
            drive = drives.popleft()
            try:
                drive.walk()
            except StepFailed as failed:
                self.wrong[drive.script.appointment] = {"walked": str(failed)}

    def _now(self) -> datetime:
        return datetime.fromisoformat(called("GET", f"{self._at.ehr}/clock")["now"])

    def _settle(self) -> None:
        """The clock goes on until webhooks are delivered, promises kept and calls looked up, or for hours.

        A call of which nobody told is found in Zoom's record only after a while.
        """
        owing = list(self.drives)
        for done in range(MOST_ROUNDS):
            called("POST", f"{self._at.ehr}/clock", {"forward_minutes": ROUND_MINUTES})
            time.sleep(ROUND_SECONDS)
            owing = [drive for drive in owing if drive.owes()]
            if not owing and done >= LEAST_ROUNDS and not self._compared():
                break
        called("GET", f"{self._at.zoom}/_drain?seconds=15")

    def _compare(self) -> None:
        for name, wrong in self._compared().items():
            self.wrong.setdefault(name, {}).update(wrong)

    def _compared(self) -> dict[str, dict[str, str]]:
        """What is otherwise than the simulators know, by appointment."""
        written: list[dict[str, Any]] = called("GET", f"{self._at.ehr}/_written")
        chart, meetings = Chart(written, appointments_in(self._folder)), meetings_in(self._folder)
        found: dict[str, dict[str, str]] = {}
        if unasked := chart.unasked([drive.script for drive in self.drives]):
            found["the chart"] = {"notes": f"nobody asked for {unasked}"}
        if orphans := meetings.keys() - {drive.meeting for drive in self.drives}:
            found["Zoom"] = {"meetings": f"{len(orphans)} that no host was in"}
        for drive in self.drives:
            script, meeting = drive.script, meetings.get(drive.meeting)
            said = told(script, drive.page(), chart, meeting, drive.waited)
            if wrong := differences(expected(script, meeting), said):
                found[script.appointment] = wrong
        return found
