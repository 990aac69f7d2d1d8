"""`python -m app zoom subscription`: what is lacking, what would be done, and doing it once."""

from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from app import cli_zoom
from app.cli import main
from zoom_bridge.errors import ZoomScopeMissing


@pytest.fixture
def run(rooms, monkeypatch):
    """The command over these rooms."""

    @contextmanager
    def composed(level=""):
        yield rooms

    monkeypatch.setattr(cli_zoom, "composed", composed)
    return lambda *words: CliRunner().invoke(main, ["zoom", "subscription", *words])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_check_dry_run_repair_and_check_again(run, video):
    told = run("check")
    assert told.exit_code == 1
    assert "not delivered here: meeting.started" in told.output
    assert "meeting:read:participant:admin" in told.output

    dry = run("repair", "--dry-run")
    assert "would be made" in dry.output
    assert video.subscriptions == {}

    assert " events to http://localhost:8000/webhooks/zoom made." in run("repair").output
    (made,) = video.subscriptions
    assert (run("check").exit_code, run("repair").exit_code) == (0, 0)
    assert list(video.subscriptions) == [made]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_missing_scope_is_named(run, video, monkeypatch):
    def refuse(address):
        raise ZoomScopeMissing(("marketplace:read:list_event_subscriptions",))

    monkeypatch.setattr(video, "examine_delivery", refuse)

    told = run("check")

    assert told.exit_code == 1
    assert "VB-1516" in told.output
    assert "Tick in the Zoom app: marketplace:read:list_event_subscriptions" in told.output
