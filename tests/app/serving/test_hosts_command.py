"""`python -m app hosts`: who hosts for whom, and whether tomorrow's visits have a host."""

from contextlib import contextmanager
from dataclasses import replace

import pytest
from click.testing import CliRunner

from app import cli_hosts
from app.cli import main
from app.models import PractitionerHost
from tests.clinic_day import DR_LEE, ClinicDay
from zoom_bridge.rooms import HostAccount

DAVID = HostAccount("u-david", DR_LEE[2], licensed=False, active=True)


@pytest.fixture
def run(rooms, clock, video, monkeypatch):
    """The command, over a clinic with one practitioner and one visit of tomorrow."""
    with rooms.db.write() as tx:
        tx.add(
            PractitionerHost(
                site="sandbox",
                practitioner_id="dr-lee",
                name="David Lee",
                emails=DR_LEE[2],
                seen_at=clock.now(),
            )
        )
    ClinicDay(rooms).visit("Rosa Diaz", start=24 * 60, doctor=DR_LEE)
    video.listed = [DAVID]

    @contextmanager
    def composed(level=""):
        yield rooms

    monkeypatch.setattr(cli_hosts, "composed", composed)
    return lambda name: CliRunner().invoke(main, ["hosts", name])


def test_check_lists_tomorrow_s_visits_without_a_host_and_ends_with_1(run, video):
    told = run("check")

    assert told.exit_code == 1
    assert "1 users." in told.output and "unlicensed" in told.output and "Rosa" not in told.output
    video.listed = [replace(DAVID, licensed=True)]
    assert (run("check").exit_code, run("check").output) == (0, "1 users.\n")


def test_list_names_the_rule_and_what_is_wrong(run):
    run("check")

    assert run("list").output == f"sandbox  dr-lee  {DR_LEE[2]}  email  unlicensed\n"
