"""A disk that is full: the server says so, loses nothing that it took, and goes on once there is room."""

import hashlib
import hmac
import json
import resource
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
from sqlalchemy import event

from app.store.database import Database
from tests.app.serving.test_cli import environment, run, served
from tests.patience import PATIENCE, until

__all__ = ["environment"]

pytestmark = pytest.mark.wire
NO_LIMIT = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)


@contextmanager
def full_disk(process: subprocess.Popen[str]) -> Iterator[None]:
    """No file of the server grows, as on a full disk: the kernel refuses what it writes."""
    listed = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
    pids = [process.pid, *(int(pid) for pid in listed.split())]
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))
    yield
    for pid in pids:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, NO_LIMIT)


def deliver(url: str, n: int) -> requests.Response:
    body = json.dumps({"event": "meeting.started", "payload": {"object": {"id": str(n), "uuid": f"u{n}"}}})
    stamp = str(int(time.time()))
    signed = hmac.new(b"webhook-secret", f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"x-zm-request-timestamp": stamp, "x-zm-signature": f"v0={signed}"}
    return requests.post(f"{url}/webhooks/zoom", data=body.encode(), headers=headers, timeout=PATIENCE)


def read(tmp_path: Path) -> int:
    """How many deliveries were kept, and read by the threads that met the full disk too."""
    with closing(sqlite3.connect(tmp_path / "served.db")) as database:
        counted = database.execute("SELECT count(*) FROM inbox WHERE projected_at IS NOT NULL")
        return int(counted.fetchone()[0])


def test_deliveries_are_refused_while_the_disk_is_full_and_taken_afterwards(
    root: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    run(root, environment, "migrate")
    with served(root, environment) as (process, url):
        assert deliver(url, 1).status_code == 204

        with full_disk(process):
            refused = deliver(url, 2)
            until(lambda: requests.get(f"{url}/readyz", timeout=PATIENCE).status_code == 503)
            lacking = requests.get(f"{url}/readyz", timeout=PATIENCE).json()
            alive = requests.get(f"{url}/healthz", timeout=PATIENCE).status_code
        until(lambda: requests.get(f"{url}/readyz", timeout=PATIENCE).status_code == 200)
        again = deliver(url, 2)
        until(lambda: read(tmp_path) == 2)

    assert (refused.status_code, refused.json()["code"]) == (503, "VB-1705")
    assert (lacking, alive) == ({"ready": False, "missing": ["writing"], "silent": []}, 200)
    assert again.status_code == 204


def test_a_file_that_may_not_grow_is_told_before_a_delivery_is_refused(
    migrated_file: Path, tmp_path: Path
) -> None:
    """A small row would find room in a page that is there; a delivery needs a page of its own."""
    database = Database(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'small.db')}")
    with database.write() as tx:
        pages = tx.connection().exec_driver_sql("PRAGMA page_count").scalar()
        tx.connection().exec_driver_sql(f"PRAGMA max_page_count={pages}")

    works = database.probe.works()

    database.dispose()
    assert not works


def test_asking_often_costs_one_look_in_two_seconds(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, looks = [1000.0], []
    monkeypatch.setattr("app.store.probe.time", SimpleNamespace(monotonic=lambda: now[0]))
    event.listen(database.writer, "commit", looks.append)

    answers = [database.probe.works() for _ in range(20)]
    now[0] += 1.9
    answers.append(database.probe.works())
    looked = len(looks)
    now[0] += 0.2
    answers.append(database.probe.works())

    assert (set(answers), looked, len(looks)) == ({True}, 1, 2)
