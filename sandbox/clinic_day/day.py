"""The day itself: from the morning's chart to the comparison in the evening."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from functools import partial
from pathlib import Path
from typing import Any

import requests

from sandbox.chaos.report import report
from sandbox.chaos.truth import Chart, appointments_in, differences, expected, meetings_in, told
from sandbox.clinic.people import Clinician, Person
from sandbox.clinic.places import ZONE
from sandbox.clinic_day.cast import chart_of, zoom_user
from sandbox.clinic_day.drive import PLACES, DayDrive, NotPossible
from sandbox.clinic_day.plan import minutes_of, plan
from sandbox.clinic_day.provider import Provider
from sandbox.clinic_day.report import first_wrong, say, say_costs, say_not_done
from sandbox.clinic_day.tape import Tape, spent_by
from sandbox.run.addresses import Addresses
from sandbox.walk.report import StepFailed
from sandbox.walk.worlds import ZoomControl, called
from sandbox.zoom.rest.meetings import HOST_DAY

# From the opening of the doors to the first thing that happens.
BEFORE = timedelta(minutes=2)
# By the clinic's clocks: a full day then ends before Zoom's, which does at 19:00 or 20:00 here.
MORNING = time_of_day(6, 0)
SCHEDULE_EVERY, SAY_EVERY = 60, 20
# A page without scripts counts as open for ten minutes.
LOOKS_EVERY = 7
FOLLOWS = 1.1
MOST_LOOKS = 5
MOST_ROUNDS, ROUND_MINUTES, ROUND_SECONDS, REAL_SECONDS = 40, 10, 1.5, 15.0


class Day:
    """One day over a world that is up. What happens follows from the seed; how threads take turns, not."""

    def __init__(
        self,
        at: Addresses,
        folder: Path,
        seed: int,
        providers: list[Clinician],
        patients: list[Person],
        *,
        compressed: bool = True,
    ) -> None:
        self._at, self._folder, self._seed, self._compressed = at, folder, seed, compressed
        self.tape = Tape(at, folder)
        self._cast: tuple[Clinician | Person, ...] = (*providers, *patients)
        self.providers = [Provider(at, one) for one in providers]
        names = {one.id: one.display for one in patients}
        by_id = {one.who.id: one for one in self.providers}
        others = [one.id for one in providers]
        self.drives = [
            DayDrive(
                at, script, names[script.patient], by_id[script.provider], others[script.number % len(others)]
            )
            for script in plan(seed, providers, patients)
        ]
        self.wrong: dict[str, dict[str, str]] = {}
        self.notes = 0  # that the chart holds of the visits compared last
        self._host_day = HOST_DAY
        self._first = datetime.min.replace(tzinfo=UTC)

    def through(self, plan_name: str, host_day: int = HOST_DAY) -> bool:
        """All of it, on an account of this plan, whose hosts may make so many meetings.

        Tells if everything equals the truth.
        """
        self._host_day = host_day
        try:
            return self._acted_out(plan_name)
        finally:
            for provider in self.providers:
                provider.leave()

    def _acted_out(self, plan_name: str) -> bool:
        self._open(plan_name)
        scripts = [drive.script for drive in self.drives]
        kinds = Counter(script.kind for script in scripts)
        say(f"{len(scripts)} visits: " + ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()))
        with ThreadPoolExecutor(len(self.providers)) as threads:
            for minute in minutes_of(scripts, LOOKS_EVERY):
                self._reach(minute)
                list(threads.map(lambda one, now=minute: self._act_out(one, now), self.providers))
                self.tape.wind()
                self._say_where(minute)
            self._settle(threads)
        found = self._compared_until_right()
        self.wrong |= {name: {**self.wrong.get(name, {}), **how} for name, how in found.items()}
        right = report(self._seed, len(self.drives), self.wrong)
        say_not_done(self.drives)
        say_costs(self.tape, self.drives, self.notes)
        if not right:
            say(first_wrong(self.drives, self.wrong))
        return right

    def _open(self, plan_name: str) -> None:
        """The chart of the morning, Zoom's users, and everybody at work."""
        account = {"name": "plan", "plan": plan_name, "host_day": self._host_day}
        called("POST", f"{self._at.zoom}/_break", account)
        earliest = min(minute for drive in self.drives for minute, _ in drive.script.acts)
        self._first = (self._now() + BEFORE - timedelta(minutes=earliest)).replace(second=0, microsecond=0)
        for provider in self.providers:
            called("POST", f"{self._at.zoom}/_users", zoom_user(provider.who))
        self._load(chart_of(self._cast))
        self._load([drive.appointment(self._first) for drive in self.drives])
        with ThreadPoolExecutor(len(self.providers)) as threads:
            list(threads.map(self._begin_work, self.providers))
        say(f"{len(self.providers)} providers at work, {len(self.drives)} patients have their links")

    def _load(self, resources: list[dict[str, Any]]) -> None:
        for start in range(0, len(resources), 100):
            answer = called("POST", f"{self._at.ehr}/_load", {"resources": resources[start : start + 100]})
            if answer["refused"]:
                raise StepFailed(f"the chart did not take {answer['refused'][0]}")

    def _begin_work(self, provider: Provider) -> None:
        provider.sign_in()
        provider.listen()
        for drive in self._of(provider):
            self._tried(drive, drive.take_link)

    def _act_out(self, provider: Provider, minute: int) -> None:
        """What this provider and their patients do at this minute, one after the other."""
        if minute % SCHEDULE_EVERY == 0:
            provider.read_schedule()
        for drive in self._of(provider):
            if drive.refused or drive.script.appointment in self.wrong:
                continue
            due = [name for at, name in drive.script.acts if at == minute]
            if not due:
                self._tried(drive, drive.check_again)
            for name in due:
                if not self._tried(drive, partial(drive.act, name)):
                    break

    def _tried(self, drive: DayDrive, act: Callable[[], None]) -> bool:
        try:
            act()
        except NotPossible as no:
            self._tried(drive, partial(drive.give_up, str(no)))
            return False
        except (StepFailed, requests.RequestException) as failed:
            self.wrong[drive.script.appointment] = {"walked": f"{drive.script.kind}: {failed}"}
            say(f"  WRONG {drive.script.appointment} ({drive.script.kind}): {failed}")
            return False
        return True

    def _of(self, provider: Provider) -> Iterable[DayDrive]:
        return (drive for drive in self.drives if drive.script.provider == provider.who.id)

    def _reach(self, minute: int) -> None:
        """The clock is moved there, or this minute is waited for."""
        left = (self._first + timedelta(minutes=minute) - self._now()).total_seconds()
        if left <= 0:
            return
        if not self._compressed:
            time.sleep(left)
            return
        called("POST", f"{self._at.ehr}/clock", {"forward_minutes": left / 60})
        ahead = float(called("GET", f"{self._at.ehr}/clock")["offset_seconds"])
        time.sleep(FOLLOWS)
        ZoomControl(self._at.zoom).wait_until_ahead(ahead)

    def _now(self) -> datetime:
        return datetime.fromisoformat(called("GET", f"{self._at.ehr}/clock")["now"])

    def _say_where(self, minute: int) -> None:
        if minute % SAY_EVERY:
            return
        places = Counter(drive.place(minute) for drive in self.drives)
        clock = (self._first + timedelta(minutes=minute)).astimezone(ZONE)
        told = ", ".join(f"{places[place]:3} {place}" for place in PLACES)
        say(f"  {clock:%H:%M}  {told}, {len(self.wrong)} wrong")

    def _settle(self, threads: ThreadPoolExecutor) -> None:
        """The clock goes on until nothing is owed to the chart, or for hours."""
        called("GET", f"{self._at.zoom}/_drain?seconds=15")
        owing = [drive for drive in self.drives if drive.script.appointment not in self.wrong]
        for _ in range(MOST_ROUNDS):
            owing = [
                drive for drive, owes in zip(owing, threads.map(DayDrive.owes, owing), strict=True) if owes
            ]
            if not owing:
                break
            if self._compressed:
                called("POST", f"{self._at.ehr}/clock", {"forward_minutes": ROUND_MINUTES})
            time.sleep(ROUND_SECONDS if self._compressed else REAL_SECONDS)
        called("GET", f"{self._at.zoom}/_drain?seconds=15")
        self.tape.wind()

    def _compared_until_right(self) -> Mapping[str, dict[str, str]]:
        """What is wrong still, after the last word of Zoom had time to arrive."""
        for _ in range(MOST_LOOKS):
            if not (found := self.compared()):
                break
            time.sleep(ROUND_SECONDS)
        return found

    def compared(self) -> Mapping[str, dict[str, str]]:
        """What is otherwise than the simulators know, by appointment."""
        time.sleep(FOLLOWS)
        written: list[dict[str, Any]] = called("GET", f"{self._at.ehr}/_written")
        chart, meetings = Chart(written, appointments_in(self._folder)), meetings_in(self._folder)
        found: dict[str, dict[str, str]] = {}
        self.notes = 0
        if unasked := chart.unasked([drive.script for drive in self.drives]):
            found["the chart"] = {"notes": f"nobody asked for {unasked}"}
        if orphans := meetings.keys() - {drive.meeting for drive in self.drives}:
            found["Zoom"] = {"meetings": f"{len(orphans)} that no host was in"}
        if self.tape.missed:
            found["the tape"] = {"rows": f"{self.tape.missed} are missing"}
        for drive in self.drives:
            if drive.script.appointment in self.wrong:
                continue
            if drive.refused and spent_by(self._folder, drive.host) < self._host_day:
                found[drive.script.appointment] = {"walked": "refused, though its host had meetings left"}
                continue
            meeting = meetings.get(drive.meeting)
            said = told(drive.script, drive.page(), chart, meeting, drive.waited)
            self.notes += len(said.notes)
            if wrong := differences(expected(drive.script, meeting), said):
                found[drive.script.appointment] = wrong
        return found
