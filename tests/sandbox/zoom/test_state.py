"""The state outlives the process."""

import re
import signal
import subprocess
import sys

import pytest
import requests

from sandbox.clock import SettableClock
from sandbox.run.household import is_up
from sandbox.zoom.app import create_app
from sandbox.zoom.config import ZoomConfig
from tests.patience import PATIENCE, until
from tests.ports import free_port


def test_a_second_start_goes_on_where_the_first_ended(tmp_path, zoom):
    def start():
        app = create_app(ZoomConfig(state_file=tmp_path / "zoom.json"), SettableClock())
        return type(zoom)(app.extensions["zoom"], app.test_client(), zoom.clock)

    first = start()
    meeting = first.create()
    patient = first.register(meeting)
    first.do("host_starts", start_url=meeting["start_url"])
    first.do("enter", join_url=patient["join_url"])
    first.broken("missing_names", count=5)
    first.world.close()

    second = start()
    second.token = first.token

    assert second.call("GET", f"/meetings/{meeting['id']}").get_json()["status"] == "started"
    assert second.register(meeting) == patient
    assert second.do("admit", join_url=patient["join_url"])["happened"] == "admitted"
    assert second.do("leave", start_url=meeting["start_url"])["happened"] == "left"
    assert second.http.get("/_break").get_json()["missing_names"] == {"on": True, "count": 5}
    second.world.close()


def test_undelivered_events_are_sent_after_the_restart(tmp_path, zoom, hook):
    config = ZoomConfig(state_file=tmp_path / "zoom.json", webhook_url=hook.url)
    app = create_app(config, zoom.clock)
    first = type(zoom)(app.extensions["zoom"], app.test_client(), zoom.clock)
    first.broken("delay_webhooks", seconds=3600)
    first.create()
    first.world.close()

    zoom.later(hours=2)
    second = create_app(config, zoom.clock).extensions["zoom"]
    second.webhooks.drain(PATIENCE)
    second.close()

    assert hook.events == ["meeting.created"]


@pytest.fixture
def port():
    return free_port()


def test_the_program_runs_and_ends_quietly_when_told_to(tmp_path, root, port):
    command = [sys.executable, "-m", "sandbox.zoom", "--port", str(port), "--state", str(tmp_path / "demo")]
    program = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    base = f"http://127.0.0.1:{port}"

    until(lambda: is_up(f"{base}/_users"), what="the program")
    users = requests.get(f"{base}/_users", timeout=PATIENCE)
    program.send_signal(signal.SIGTERM)
    said, _ = program.communicate(timeout=PATIENCE)

    assert len(users.json()) == 7
    assert (program.returncode, said) == (0, b"")
    assert (tmp_path / "demo" / "zoom.json").exists()


def test_links_lead_to_where_the_program_is_reached(tmp_path, zoom):
    config = ZoomConfig(public_url="http://zoom.test:9/")
    app = create_app(config)
    caller = type(zoom)(app.extensions["zoom"], app.test_client(), zoom.clock)

    meeting = caller.create()

    assert re.fullmatch(r"http://zoom\.test:9/s/\d{11}\?zak=\S+", meeting["start_url"])
    caller.world.close()
