"""What the app waits for before it does something again, without the waiting."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sandbox.walk.report import Report
from tests.world import World

AWAITED = "the note is in the chart"
EVERY, FORWARD = 1.0, 15 / 60


class HurriedReport(Report):
    """While the note is awaited, the clinic's clock runs fast.

    Where its sender died, the claim lives for two minutes, and the note is looked for for one and a half.
    """

    world: World | None = None

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        with super().step(name):
            if name == AWAITED and self.world is not None:
                with _hurried(self.world):
                    yield
            else:
                yield


@contextmanager
def _hurried(world: World) -> Iterator[None]:
    over = threading.Event()

    def forward() -> None:
        while not over.wait(EVERY):
            world.ask(f"{world.addresses.ehr}/clock", {"forward_minutes": FORWARD})

    thread = threading.Thread(target=forward)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
