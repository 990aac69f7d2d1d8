"""Parts are kept running, and nothing of them survives the one who keeps them."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from sandbox.run.household import LOOK_EVERY, SLOWEST_RESTART, Household, PartFailed, is_up
from sandbox.run.parts import Part
from tests.patience import PATIENCE


@pytest.fixture
def household(tmp_path):
    restarted: list[int] = []
    kept = Household(tmp_path / "logs", on_restart=lambda name, pid: restarted.append(pid))
    kept.restarted = restarted
    yield kept
    kept.stop()


def test_a_killed_part_is_started_again_within_two_seconds(household, a_part, soon):
    part = a_part()
    household.start(part)
    household.wait_until_up("answering")
    killed = household.pid("answering")

    os.kill(killed, signal.SIGKILL)

    assert soon(lambda: household.restarted != [], PATIENCE)
    assert soon(lambda: is_up(part.up_url), PATIENCE)
    assert household.pid("answering") == household.restarted[0] != killed
    # How long its start takes is for the machine to say.
    assert SLOWEST_RESTART + LOOK_EVERY < 2


def test_what_a_killed_part_had_started_does_not_keep_its_port(household, a_part, soon):
    part = a_part(by_a_child=True)
    household.start(part)
    household.wait_until_up("answering")
    worker = int(requests.get(part.up_url, timeout=PATIENCE).text)

    os.kill(household.pid("answering"), signal.SIGKILL)

    assert soon(lambda: household.restarted != [], PATIENCE)
    household.wait_until_up("answering")
    assert int(requests.get(part.up_url, timeout=PATIENCE).text) != worker
    assert not _lives(worker)


def test_stop_leaves_no_process(tmp_path, a_part):
    kept = Household(tmp_path / "logs")
    part = a_part(by_a_child=True)
    kept.start(part)
    kept.wait_until_up("answering")
    processes = [kept.pid("answering"), int(requests.get(part.up_url, timeout=PATIENCE).text)]

    kept.stop()

    assert not any(_lives(process) for process in processes)


def test_a_part_that_cannot_start_is_told_with_its_last_lines(household):
    part = Part("broken", ("no_such_module",), "http://127.0.0.1:9/", dict(os.environ))
    household.start(part)

    with pytest.raises(PartFailed, match=r"'broken' did not start[\s\S]*No module named no_such_module"):
        household.wait_until_up("broken", seconds=PATIENCE)


def test_a_failed_command_is_told_with_its_last_lines(household):
    with pytest.raises(PartFailed, match="the disk is full"):
        household.run("migrate", [sys.executable, "-c", "raise SystemExit('the disk is full')"], {})


def test_children_of_a_killed_supervisor_end(a_part, tmp_path, soon, root):
    part = a_part(by_a_child=True)
    script = f"""
import time
from sandbox.run.household import Household
from sandbox.run.parts import Part
from tests.patience import PATIENCE
from pathlib import Path
kept = Household(Path({str(tmp_path / "logs")!r}))
kept.start(Part("answering", {part.arguments!r}, {part.up_url!r}, {dict(part.environment)!r}))
kept.wait_until_up("answering")
time.sleep(600)
"""
    supervisor = subprocess.Popen([sys.executable, "-c", script], cwd=root)
    try:
        assert soon(lambda: is_up(part.up_url), PATIENCE)
        worker = int(requests.get(part.up_url, timeout=PATIENCE).text)
        supervisor.kill()
        supervisor.wait()

        assert soon(lambda: not _lives(worker), PATIENCE)
        assert not is_up(part.up_url)
    finally:
        supervisor.kill()
        supervisor.wait()


def _lives(process: int) -> bool:
    status = Path(f"/proc/{process}/stat")
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return not status.exists() or status.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_port_of_another_program_is_not_up(free_port):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", free_port))

        assert not is_up(f"http://127.0.0.1:{free_port}/")
