"""One run: each row between two looks at the baseline, round by round, on each kind of database."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path

from bench.databases import stores, throw_away
from bench.deployment import Deployment, deploy
from bench.figures import Figure, percentile
from bench.goals import goal_of
from bench.http_lines import request_bytes
from bench.load import Load, load
from bench.plan import Plan
from bench.programs import programs
from bench.rows.join import click_join
from bench.rows.stream import hear_lines
from bench.rows.webhook import deliver_webhooks, wait_until_read

FOLDER = Path("var/bench")
SPARE = 20
Say = Callable[[str], None]


class Sheet:
    """Collects values until they are figures, one value a round."""

    def __init__(self, store: str) -> None:
        self._store = store
        self._values: dict[tuple[str, str, str], list[float]] = {}

    def note(self, row: str, name: str, unit: str, value: float) -> None:
        """One round's value."""
        self._values.setdefault((row, name, unit), []).append(value)

    def figures(self) -> list[Figure]:
        """All of them, in the order of their first values."""
        return [
            Figure(row, self._store, name, unit, tuple(values), goal_of(row, self._store, name))
            for (row, name, unit), values in self._values.items()
        ]


def run(plan: Plan, say: Say) -> list[Figure]:
    """Every figure of the plan. Raises NeverReady or Unexpected: then there is nothing to report."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=FOLDER)).resolve()
    found: list[Figure] = []
    try:
        for store in stores():
            with throw_away(store, folder) as database, programs(folder) as started:
                found += _measure(deploy(started, store, database, folder), plan, say)
    finally:
        shutil.rmtree(folder)
    return found


def _measure(here: Deployment, plan: Plan, say: Say) -> list[Figure]:
    sheet = Sheet(here.store)
    _warm_up(here, plan)
    _note_ceiling(here, plan, sheet)
    for number in range(plan.rounds):
        say(f"{here.store}: round {number + 1} of {plan.rounds}")
        if plan.wants("webhook"):
            _webhook(here, plan, sheet)
        if plan.wants("join"):
            _join(here, plan, sheet)
    if plan.wants("stream"):
        say(f"{here.store}: {plan.rate} webhooks a second for {plan.stream_seconds:g} s")
        _stream(here, plan, sheet)
    return sheet.figures()


def _warm_up(here: Deployment, plan: Plan) -> None:
    """The first answers of a process pay for what is loaded late, and for its first connections."""
    _ask_hello(here, plan)
    if plan.wants("webhook"):
        deliver_webhooks(here, plan, SPARE)
        wait_until_read(here)
    if plan.wants("join"):
        click_join(here, plan, SPARE)


def _ask_hello(here: Deployment, plan: Plan) -> Load:
    request = request_bytes("GET", here.hello, {})
    return load(here.hello, repeat(request), seconds=plan.seconds, connections=plan.connections, expect=200)


def _note_ceiling(here: Deployment, plan: Plan, sheet: Sheet) -> None:
    """What the generator can do when the server does almost nothing."""
    url = f"{here.zoom}/counts"
    ask = repeat(request_bytes("GET", url, {}))
    done = load(url, ask, seconds=plan.seconds, connections=plan.connections, expect=200)
    sheet.note("generator", "ceiling", "/s", done.rate)


def _around(here: Deployment, plan: Plan, sheet: Sheet) -> Iterator[float]:
    """The baseline's rate before the row's own measurement, and the mean of before and after it."""
    before = _ask_hello(here, plan)
    yield before.rate
    after = _ask_hello(here, plan)
    for one in (before, after):
        sheet.note("hello", "rate", "/s", one.rate)
        sheet.note("hello", "p99", "ms", one.p(99))
        sheet.note("generator", "busy with hello", "cores", one.cpu)
    yield (before.rate + after.rate) / 2


def _webhook(here: Deployment, plan: Plan, sheet: Sheet) -> None:
    baseline = _around(here, plan, sheet)
    done = deliver_webhooks(here, plan, _most(next(baseline), plan))
    lag = wait_until_read(here)
    _note(sheet, "webhook", done, next(baseline))
    sheet.note("webhook", "read after", "s", lag)


def _join(here: Deployment, plan: Plan, sheet: Sheet) -> None:
    baseline = _around(here, plan, sheet)
    done, calls = click_join(here, plan, _most(next(baseline), plan))
    _note(sheet, "join", done, next(baseline))
    sheet.note("join", "zoom calls", "a join", calls)


def _stream(here: Deployment, plan: Plan, sheet: Sheet) -> None:
    heard = hear_lines(here, plan)
    for percent in (50, 95, 99):
        sheet.note("stream", f"p{percent}", "ms", percentile(heard.took_ms, percent))
    sheet.note("stream", "missing", "lines", heard.missing)
    sheet.note("generator", "busy with the stream", "cores", heard.cpu)


def _note(sheet: Sheet, row: str, done: Load, hello: float) -> None:
    sheet.note(row, "ratio", "× hello", done.rate / hello)
    sheet.note(row, "rate", "/s", done.rate)
    sheet.note(row, "p50", "ms", done.p(50))
    sheet.note(row, "p99", "ms", done.p(99))


def _most(hello: float, plan: Plan) -> int:
    """More than will be asked for: nothing of ours is faster than the baseline."""
    return int(hello * plan.seconds) + SPARE
