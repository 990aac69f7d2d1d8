"""The bare route: looked at before and after each measurement, so that a noisy moment shows."""

from itertools import repeat

from bench.cpu import cpu_seconds
from bench.deployment import Deployment
from bench.http_lines import request_bytes
from bench.load import Load, load
from bench.plan import Plan
from bench.sheet import Sheet


class Baseline:
    """Looks at `hello`, and at what the generator itself can do."""

    def __init__(self, here: Deployment, plan: Plan, sheet: Sheet) -> None:
        self._here = here
        self._plan = plan
        self._sheet = sheet
        self._ask(here.hello)  # the first answers pay for what is loaded late
        self._sheet.note("generator", "ceiling", "/s", self._ask(f"{here.zoom}/counts").rate)
        self.rate = self._look()

    def around(self) -> float:
        """The mean of the last look and one now: call it right after what is measured."""
        before, self.rate = self.rate, self._look()
        return (before + self.rate) / 2

    def look_again(self) -> None:
        """Something else has come between the last look and what is measured next."""
        self.rate = self._look()

    def _look(self) -> float:
        spent = cpu_seconds(self._here.hello_group)
        done = self._ask(self._here.hello)
        self._sheet.note_cpu("hello", done, cpu_seconds(self._here.hello_group) - spent)
        self._sheet.note("hello", "rate", "/s", done.rate)
        self._sheet.note("hello", "p99", "ms", done.p(99))
        self._sheet.note("generator", "busy with hello", "cores", done.cpu)
        return done.rate

    def _ask(self, url: str) -> Load:
        same = repeat(request_bytes("GET", url, {}))
        plan = self._plan
        return load(url, same, seconds=plan.seconds, connections=plan.connections, expect=200)
