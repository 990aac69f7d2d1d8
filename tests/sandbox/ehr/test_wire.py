"""The EHR as a process of its own would be: over sockets, and started again."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest
import requests

from sandbox.clock import SettableClock
from sandbox.ehr.app import create_app
from sandbox.ehr.config import EhrConfig
from sandbox.ehr.world import Ehr
from sandbox.run.household import is_up
from sandbox.serving import served
from tests.patience import PATIENCE, until
from tests.ports import free_port

MORNING = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


def test_an_ehr_that_is_down_cuts_the_line():
    config = EhrConfig(port=free_port())
    with served(create_app(config), config.port) as base:
        assert requests.get(f"{base}/fhir/metadata", timeout=PATIENCE).status_code == 200
        requests.post(f"{base}/_break", json={"name": "ehr_down"}, timeout=PATIENCE)

        with pytest.raises(requests.ConnectionError):
            requests.get(f"{base}/fhir/metadata", timeout=PATIENCE)

        assert requests.get(f"{base}/_day", timeout=PATIENCE).status_code == 200


def test_a_second_start_goes_on_where_the_first_ended(tmp_path):
    config = EhrConfig(state_folder=tmp_path)
    first = Ehr(config)
    first.move_clock({"forward_minutes": 15})
    url = first.launch("visitbridge-public", {"appointment": first.schedule()[0].appointment_id})
    first.snapshot.flush()

    second = Ehr(config)

    assert second.clock.offset_seconds == 900
    assert url.rpartition("launch=")[2] in second.authority.grants.launches
    assert second.authority.keys.public_jwks() == first.authority.keys.public_jwks()
    assert [line.appointment for line in second.schedule()] == [line.appointment for line in first.schedule()]


def test_whoever_comes_back_in_the_afternoon_finds_visits_to_come(tmp_path):
    config = EhrConfig(state_folder=tmp_path)
    first = Ehr(config, SettableClock((MORNING - datetime.now(UTC)).total_seconds()))
    first.snapshot.flush()
    morning = {line.appointment_id for line in first.schedule()}

    second = Ehr(config)
    second.move_clock({"forward_minutes": 300})
    more = {line.appointment_id for line in second.schedule()} - morning

    assert len(more) == 9
    second.plan_today()
    assert {line.appointment_id for line in second.schedule()} == morning | more


def test_it_runs_from_the_command_line_and_stops_when_told(tmp_path, root):
    port = free_port()
    command = [sys.executable, "-m", "sandbox.ehr", "--port", str(port), "--state", str(tmp_path)]
    process = subprocess.Popen(command, cwd=root)
    try:
        answer = _eventually(f"http://127.0.0.1:{port}/fhir/.well-known/smart-configuration")
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)

    assert answer["issuer"] == f"http://127.0.0.1:{port}/oauth2"
    assert process.returncode == 0
    assert (tmp_path / "ehr.json").exists()


def _eventually(url):
    until(lambda: is_up(url), what="the EHR")
    return requests.get(url, timeout=PATIENCE).json()
