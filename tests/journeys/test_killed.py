"""kill -9 of the app at every step of a visit: started again, the visit goes on, and nothing is doubled."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.journeys.hurry import HurriedReport

STEPS = 19


class DeadlyReport(HurriedReport):
    """Kills the app in every step, so many seconds after the step began."""

    def __init__(self, after: float) -> None:
        super().__init__()
        self._after = after
        self.kill: Callable[[], None] = lambda: None
        self.killed = 0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        with super().step(name):
            death = threading.Timer(self._after, self._strike)
            death.start()
            yield
            death.join()

    def _strike(self) -> None:
        self.kill()
        self.killed += 1


@pytest.mark.parametrize("after", [0.0, 0.05], ids=lambda seconds: f"{seconds * 1000:.0f} ms")
def test_a_visit_survives_the_death_of_the_app_at_every_step(after, open_world):
    report = DeadlyReport(after)

    with open_world(report=report) as world:
        report.world, report.kill = world, world.kill_app
        world.visit.walk()
        zoom = world.ask(f"{world.addresses.zoom}/_requests?since=0")
        chart = world.ask(f"{world.addresses.ehr}/_written")

    created = [row for row in zoom if row["method"] == "POST" and row["path"].endswith("/meetings")]
    registered = [row for row in zoom if row["method"] == "POST" and row["path"].endswith("/registrants")]
    assert report.killed == STEPS
    assert (len(created), len(registered)) == (1, 1)
    filed = [row for row in chart if row["reference"].startswith("DocumentReference/")]
    assert [row["interaction"] for row in filed] == ["create"]
    assert chart[-1]["resource"]["status"] in ("current", "fulfilled")
