"""The second home walks: two web processes, two workers and one of event streams over one PostgreSQL."""

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from sandbox.walk.report import Report
from tests.deployment import EVENTS, WEB, WORKERS, deployed

pytestmark = pytest.mark.postgres


def test_a_visit_walks_over_many_processes(new_postgres, tmp_path):
    with deployed(tmp_path, new_postgres()) as deployment:
        deployment.visit.walk()

        logs = {name: deployment.log(name) for name in (*WEB, *WORKERS, EVENTS)}

    assert all('"route": "/clinic/s/<sid>/visits/<visit_id>"' in logs[name] for name in WEB)
    assert '"route": "/events/stream"' in logs[EVENTS]
    assert not any('"level": "error"' in log for log in logs.values()), logs


class DeadlyReport(Report):
    """Kills one of the processes in every step, each in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self._turns = itertools.cycle((*WEB, *WORKERS, EVENTS))
        self.kill: Callable[[str], None] = lambda _part: None
        self.killed: list[str] = []

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        with super().step(name):
            part = next(self._turns)
            death = threading.Timer(0.02, self.kill, [part])
            death.start()
            yield
            death.join()
            self.killed.append(part)


def test_a_visit_survives_the_death_of_a_process_at_every_step(new_postgres, tmp_path):
    report = DeadlyReport()

    with deployed(tmp_path, new_postgres(), report) as deployment:
        report.kill = deployment.kill
        deployment.visit.walk()
        zoom = deployment.ask(f"{deployment.addresses.zoom}/_requests?since=0")

    created = [row for row in zoom if row["method"] == "POST" and row["path"].endswith("/meetings")]
    registered = [row for row in zoom if row["method"] == "POST" and row["path"].endswith("/registrants")]
    assert set(report.killed) == {*WEB, *WORKERS, EVENTS}
    assert (len(created), len(registered)) == (1, 1)
