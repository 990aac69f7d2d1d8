"""A run: the world, the visits of each provider side by side, the end of the faults, the comparison."""

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sandbox.chaos import faults
from sandbox.chaos.drive import Drive
from sandbox.chaos.killing import killing
from sandbox.chaos.plan import PROVIDERS, plan
from sandbox.chaos.report import report
from sandbox.chaos.truth import differences, expected, meetings_in, strays, told
from sandbox.run.addresses import Addresses
from sandbox.run.household import Household
from sandbox.walk.doubles import Doubles
from sandbox.walk.report import StepFailed
from sandbox.walk.stage import Ways, set_up
from sandbox.walk.worlds import called

SETTLE_ROUNDS = 24
ROUND_SECONDS, ROUND_MINUTES = 1.5, 10


class Run:
    """One run. The plan follows from the seed; how threads take turns does not."""

    def __init__(self, at: Addresses, folder: Path, seed: int, visits: int) -> None:
        self._at, self._folder, self._seed = at, folder, seed
        self.drives = [Drive(at, script) for script in plan(seed, visits)]
        self.wrong: dict[str, dict[str, str]] = {}

    def through(self, kills: bool = True, database_url: str | None = None) -> bool:
        """All of it. Tells if everything equals the truth. Raises PortsWrong and PartFailed."""
        shutil.rmtree(self._folder, ignore_errors=True)
        environment = {"VISITBRIDGE_POLL_SECONDS": "1"}
        if database_url:
            environment["VISITBRIDGE_DATABASE_URL"] = database_url
        household = Household(self._folder)
        try:
            set_up(household, self._at, Doubles(), self._folder, Ways(environment))
            faults.begin(self._at, self._seed)
            with killing(household, self._seed if kills else None) as killed:
                self._walk_all()
            print(f"the app was killed {len(killed)} times", flush=True)
            faults.end(self._at)
            self._settle()
            self._compare()
        finally:
            household.stop()
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
        """Late webhooks are delivered and promises kept, while the clock goes on."""
        for _ in range(SETTLE_ROUNDS):
            called("POST", f"{self._at.ehr}/clock", {"forward_minutes": ROUND_MINUTES})
            time.sleep(ROUND_SECONDS)
        called("GET", f"{self._at.zoom}/_drain?seconds=15")

    def _compare(self) -> None:
        written: list[dict[str, Any]] = called("GET", f"{self._at.ehr}/_written")
        day = {one["id"]: one["status"] for one in called("GET", f"{self._at.ehr}/_day")["appointments"]}
        meetings = meetings_in(self._folder)
        if found := strays([drive.script for drive in self.drives], written):
            self.wrong["the chart"] = {"notes": f"{found} that nobody asked for"}
        for drive in self.drives:
            script = drive.script
            said = told(drive.page(), written, script, str(day.get(script.appointment)))
            self._note(drive, differences(expected(script, meetings.get(drive.meeting)), said))

    def _note(self, drive: Drive, wrong: dict[str, str]) -> None:
        if wrong:
            self.wrong.setdefault(drive.script.appointment, {}).update(wrong)
