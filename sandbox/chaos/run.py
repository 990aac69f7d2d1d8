"""A run: the visits of each provider side by side while much fails, the end of the faults, the comparison."""

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sandbox.chaos import faults
from sandbox.chaos.disturbing import disturbing
from sandbox.chaos.drive import Drive
from sandbox.chaos.plan import PROVIDERS, plan
from sandbox.chaos.report import report
from sandbox.chaos.truth import Chart, differences, expected, meetings_in, told
from sandbox.run.addresses import Addresses
from sandbox.run.household import Household
from sandbox.walk.report import StepFailed
from sandbox.walk.worlds import called

# Webhooks come up to ninety minutes late, and a write is looked for again for hours.
LEAST_ROUNDS, MOST_ROUNDS = 10, 60
ROUND_SECONDS, ROUND_MINUTES = 1.5, 10


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
        """A provider has one visit after the other; the providers are side by side."""
        with ThreadPoolExecutor(len(PROVIDERS)) as threads:
            list(threads.map(self._walk_those_of, PROVIDERS))

    def _walk_those_of(self, provider: str) -> None:
        for drive in self.drives:
            if drive.script.provider == provider:
                try:
                    drive.walk()
                except StepFailed as failed:
                    self._note(drive, {"walked": str(failed)})

    def _settle(self) -> None:
        """The clock goes on until late webhooks are delivered and promises kept, or it is hopeless."""
        owing = list(self.drives)
        for done in range(MOST_ROUNDS):
            called("POST", f"{self._at.ehr}/clock", {"forward_minutes": ROUND_MINUTES})
            time.sleep(ROUND_SECONDS)
            owing = [drive for drive in owing if drive.owes()]
            if not owing and done >= LEAST_ROUNDS:
                break
        called("GET", f"{self._at.zoom}/_drain?seconds=15")

    def _compare(self) -> None:
        written: list[dict[str, Any]] = called("GET", f"{self._at.ehr}/_written")
        day = {one["id"]: one["status"] for one in called("GET", f"{self._at.ehr}/_day")["appointments"]}
        chart, meetings = Chart(written, day), meetings_in(self._folder)
        if unasked := chart.unasked([drive.script for drive in self.drives]):
            self.wrong["the chart"] = {"notes": f"nobody asked for {unasked}"}
        if orphans := meetings.keys() - {drive.meeting for drive in self.drives}:
            self.wrong["Zoom"] = {"meetings": f"{len(orphans)} that no host was in"}
        for drive in self.drives:
            script, meeting = drive.script, meetings.get(drive.meeting)
            said = told(script, drive.page(), chart, meeting, drive.waited)
            self._note(drive, differences(expected(script, meeting), said))

    def _note(self, drive: Drive, wrong: dict[str, str]) -> None:
        if wrong:
            self.wrong.setdefault(drive.script.appointment, {}).update(wrong)
