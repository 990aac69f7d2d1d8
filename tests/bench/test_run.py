"""A whole run, so short that its figures mean nothing: their shape does."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bench.databases import POSTGRES
from bench.load import Unexpected, load
from bench.programs import free_port, programs

TINY = ("--seconds", "0.2", "--rounds", "1", "--stream-seconds", "0.5", "--rate", "10", "--past", "50")
TINY += ("--patients", "1", "--poll-seconds", "1")
pytestmark = pytest.mark.wire


@pytest.fixture
def bench(root: Path, tmp_path: Path):
    """Runs the program; its table, and the JSON that it wrote."""

    def run(*options: str):
        output = tmp_path / "latest.json"
        command = [sys.executable, "-m", "bench", *TINY, "--output", output, *options]
        done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=600, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout, json.loads(output.read_text())

    return run


def test_every_row_is_measured_beside_the_baseline(bench, monkeypatch):
    monkeypatch.delenv(POSTGRES, raising=False)

    printed, kept = bench()

    figures = {(one["row"], one["name"]): one for one in kept["figures"]}
    hello = figures["hello", "rate"]["values"]
    for row in ("webhook", "join", "first join"):
        # So short a run may find the machine idle or busy: the ratio is to the baseline as it found it.
        baseline = figures[row, "rate"]["median"] / figures[row, "ratio"]["median"]
        assert min(hello) * 0.999 < baseline < max(hello) * 1.001
        assert figures[row, "p50"]["median"] <= figures[row, "p99"]["median"]
    assert figures["first join", "registrations"]["values"] == [1]
    assert figures["join", "registrations"]["values"] == [0]
    assert figures["start", "Zoom calls"]["values"] == [2]
    assert figures["start again", "Zoom calls"]["values"] == [1]
    assert 0 < figures["patient page", "sheets"]["median"] < figures["patient page", "all"]["median"]
    assert figures["schedule", "handling"]["median"] > 1
    assert figures["visit page", "p50"]["median"] > 0
    assert figures["launch", "p50"]["median"] > 0
    assert figures["launch", "reads"]["values"] == [5]
    assert figures["silence", "missing"]["values"] == [0]
    assert 0 < figures["silence", "p50"]["median"] <= figures["silence", "last"]["median"]
    assert figures["growth", "webhook ratio"]["median"] > 0
    assert figures["growth", "join cpu"]["median"] >= 0
    assert figures["stream", "p50"]["median"] > 0
    assert figures["generator", "ceiling"]["median"] > 0
    goals = [one for one in kept["figures"] if one["goal"]]
    said = [line.split()[-1] for line in printed.splitlines()]
    assert sorted(one["verdict"] for one in goals) == sorted(w for w in said if w in ("met", "missed"))


@pytest.mark.postgres
def test_the_same_on_postgresql_in_a_database_of_its_own(bench, new_postgres):
    _, kept = bench("--only", "webhook")

    assert {one["store"] for one in kept["figures"]} == {"sqlite", "postgresql"}
    assert {one["row"] for one in kept["figures"]} == {"hello", "generator", "webhook"}


def test_figures_of_wrong_answers_are_refused(tmp_path: Path):
    url = f"http://127.0.0.1:{free_port()}"
    with programs(tmp_path) as started:
        started.start("zoom", url, {}, "bench.instant_zoom", url.rpartition(":")[2])

        # In a thread of its own: another test's browser may have left an event loop running in this one.
        with ThreadPoolExecutor() as pool, pytest.raises(Unexpected, match="404"):
            asked = iter([b"GET /nothing HTTP/1.1\r\n\r\n"])
            pool.submit(load, url, asked, seconds=1, connections=1, expect=200).result()
