"""One run: each row between two looks at the baseline, round by round, on each kind of database."""

import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.baseline import Baseline
from bench.cpu import cpu_seconds
from bench.databases import stores, throw_away
from bench.deployment import Deployment, deploy
from bench.figures import Figure, percentile
from bench.history import add_past
from bench.plan import Plan
from bench.programs import programs
from bench.rows.join import click_join, clicks_to_do
from bench.rows.launch import click_launch
from bench.rows.pages import read_visit_pages, weigh_patient_page
from bench.rows.schedule import handling_over_loading
from bench.rows.silence import come_unheard
from bench.rows.start import click_start
from bench.rows.stream import hear_lines
from bench.rows.webhook import deliver, wait_until_read, webhooks_to_deliver
from bench.sheet import Sheet

FOLDER = Path("var/bench")
FEW = 20
GROWING = ("webhook", "join")
Say = Callable[[str], None]


def run(plan: Plan, say: Say) -> list[Figure]:
    """Every figure of the plan. Raises NeverReady or Unexpected: then there is nothing to report."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(dir=FOLDER)).resolve()
    found: list[Figure] = []
    try:
        for store in stores():
            with throw_away(store, folder) as database, programs(folder) as started:
                found += measure(deploy(started, store, database, folder, plan.poll_seconds), plan, say)
    finally:
        shutil.rmtree(folder)
    return found


def measure(here: Deployment, plan: Plan, say: Say) -> list[Figure]:
    """Every figure on one kind of database."""
    sheet = Sheet(here.store)
    _warm_up(here, plan)
    baseline = Baseline(here, plan, sheet)
    for number in range(plan.rounds):
        say(f"{here.store}: round {number + 1} of {plan.rounds}")
        for row, measured in _THROUGHPUT.items():
            if plan.wants(row):
                measured(here, plan, sheet, baseline)
    for row, once in _ONCE.items():
        if plan.wants(row):
            say(f"{here.store}: {row}")
            once(here, plan, sheet)
    if plan.wants("growth"):
        say(f"{here.store}: with a past of {plan.past} visits")
        _growth(here, plan, sheet, baseline)
    return sheet.figures()


def _warm_up(here: Deployment, plan: Plan) -> None:
    """Each path once before it counts: a process is slow until all is loaded and connected."""
    deliver(here, plan, webhooks_to_deliver(here, FEW))
    wait_until_read(here)
    click_join(here, plan, clicks_to_do(here, FEW, first=True))


def _webhook(here: Deployment, plan: Plan, sheet: Sheet, baseline: Baseline) -> None:
    ready = webhooks_to_deliver(here, int(baseline.rate * plan.seconds) + FEW)
    spent = cpu_seconds(*here.groups)
    done = deliver(here, plan, ready)
    lag = wait_until_read(here)
    sheet.note_cpu("webhook", done, cpu_seconds(*here.groups) - spent)
    sheet.note_load("webhook", done, baseline.around())
    sheet.note("webhook", "read after", "s", lag)


def _join(here: Deployment, plan: Plan, sheet: Sheet, baseline: Baseline, *, row: str, first: bool) -> None:
    ready = clicks_to_do(here, int(baseline.rate * plan.seconds * 0.7) + FEW, first=first)
    spent = cpu_seconds(*here.groups)
    done, calls = click_join(here, plan, ready)
    sheet.note_cpu(row, done, cpu_seconds(*here.groups) - spent)
    sheet.note_load(row, done, baseline.around())
    sheet.note(row, "registrations", "a click", calls)


_THROUGHPUT: dict[str, Callable[[Deployment, Plan, Sheet, Baseline], None]] = {
    "webhook": _webhook,
    "join": partial(_join, row="join", first=False),
    "first join": partial(_join, row="first join", first=True),
}


def _start(here: Deployment, plan: Plan, sheet: Sheet) -> None:
    for row, first in (("start", True), ("start again", False)):
        spent = cpu_seconds(*here.groups)
        done, calls = click_start(here, plan, first=first)
        sheet.note_cpu(row, done, cpu_seconds(*here.groups) - spent)
        sheet.note(row, "p50", "ms", done.p(50))
        sheet.note(row, "Zoom calls", "a click", calls)


def _launch(here: Deployment, plan: Plan, sheet: Sheet) -> None:
    done = click_launch(here)
    sheet.note("launch", "p50", "ms", percentile(done.took_ms, 50))
    sheet.note("launch", "cpu", "ms a launch", done.cpu_ms)
    sheet.note("launch", "reads", "of the chart", done.reads)


def _silence(here: Deployment, plan: Plan, sheet: Sheet) -> None:
    found = come_unheard(here, plan)
    for percent in (50, 100):
        name = "last" if percent == 100 else f"p{percent}"
        sheet.note("silence", name, "s", percentile(found.took_seconds, percent))
    sheet.note("silence", "missing", "patients", found.missing)
    sheet.note("silence", "looks", "a minute a call", found.looks)


def _pages(here: Deployment, plan: Plan, sheet: Sheet) -> None:
    weight = weigh_patient_page(here)
    sheet.note("patient page", "all", "kB", weight.whole)
    sheet.note("patient page", "sheets", "kB", weight.sheets)
    spent = cpu_seconds(*here.groups)
    done = read_visit_pages(here, plan)
    sheet.note_cpu("visit page", done, cpu_seconds(*here.groups) - spent)
    sheet.note("visit page", "p50", "ms", done.p(50))


def _schedule(here: Deployment, plan: Plan, sheet: Sheet) -> None:
    sheet.note("schedule", "handling", "× json.loads", handling_over_loading(plan.seconds))


def _growth(here: Deployment, plan: Plan, sheet: Sheet, baseline: Baseline) -> None:
    """The same two rows again, beside a past."""
    add_past(here.database, plan.past)
    before = {row: sheet.median(row, "cpu") for row in GROWING if plan.wants(row)}
    later = Sheet(here.store)
    baseline.look_again()
    for _ in range(plan.rounds):
        for row in before:
            _THROUGHPUT[row](here, plan, later, baseline)
    for row, cpu in before.items():
        sheet.note("growth", f"{row} ratio", "× hello", later.median(row, "ratio"))
        sheet.note("growth", f"{row} p99", "ms", later.median(row, "p99"))
        sheet.note("growth", f"{row} cpu", "× with a small past", later.median(row, "cpu") / cpu)


def _stream(here: Deployment, plan: Plan, sheet: Sheet) -> None:
    spent = cpu_seconds(*here.groups)
    heard = hear_lines(here, plan)
    sheet.note_cpu_of_webhooks("stream", heard.sent, cpu_seconds(*here.groups) - spent)
    for percent in (50, 95, 99):
        sheet.note("stream", f"p{percent}", "ms", percentile(heard.took_ms, percent))
    sheet.note("stream", "missing", "lines", heard.missing)
    sheet.note("generator", "busy with the stream", "cores", heard.cpu)


_ONCE: dict[str, Callable[[Deployment, Plan, Sheet], None]] = {
    "start": _start,
    "launch": _launch,
    "pages": _pages,
    "schedule": _schedule,
    "stream": _stream,
    "silence": _silence,
}
