"""A whole world on free ports: simulators, app, and one visit walked through their public addresses."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.run.addresses import Addresses
from sandbox.run.household import Household
from sandbox.walk.doubles import Doubles
from sandbox.walk.report import Report
from sandbox.walk.stage import Ways, set_up, stage_for
from sandbox.walk.visit import Visit
from tests.patience import PATIENCE, until
from tests.ports import free_block, free_port

__all__ = ["free_block", "free_port"]


# The clinic's day is well under way, and far from its end.
MORNING = "10:00"
# Who is killed is started again without delay, and nobody waits for a page's stream to end.
AT_ONCE = 0.1
SHORTLY = 0.5


@dataclass(frozen=True)
class World:
    """Running simulators and a running app, and the visit that will walk through them."""

    addresses: Addresses
    folder: Path
    household: Household
    visit: Visit
    killed: dict[str, int] = field(default_factory=dict, kw_only=True)

    def ask(self, url: str, body: Any = None) -> Any:
        """A control call of a simulator."""
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request("GET" if body is None else "POST", url, json=body, timeout=PATIENCE)
        answer.raise_for_status()
        return answer.json() if answer.content else {}

    def kill_app(self) -> None:
        """kill -9 of the app and its workers, as a power cut would."""
        self.kill("app")

    def kill(self, part: str) -> None:
        """kill -9 of a part and all that it started, which the household starts again.

        Where it was killed before and lies there still, its heir is waited for.
        """
        until(lambda: self.household.pid(part) != self.killed.get(part), what=f"another {part}")
        self.killed[part] = self.household.pid(part)
        # Counted at once: what a dead app did not answer may be asked again before it is started again.
        self.visit.restarts += 1
        os.killpg(self.killed[part], signal.SIGKILL)

    def log(self, part: str) -> str:
        """All that a part printed."""
        return (self.folder / f"{part}.log").read_text("utf-8", "replace")


@pytest.fixture
def open_world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """A world, with ways of its own, until the block ends. `report` may watch or disturb the steps."""
    return partial(opened_world, tmp_path)


@contextmanager
def opened_world(
    folder: Path, ways: Ways | None = None, report: Report | None = None, patience: float = PATIENCE
) -> Iterator[World]:
    """A world whose state and logs are in `folder`, until the block ends."""
    addresses, doubles = Addresses(free_block()), Doubles()
    visit = Visit(stage_for(addresses, doubles), report or Report(), None, patience)

    def count(name: str, pid: int) -> None:
        visit.restarts += name == "app"

    household = Household(folder, count, AT_ONCE)
    try:
        set_up(household, addresses, doubles, folder, replace(ways or Ways(), at=MORNING))
        yield World(addresses, folder, household, visit)
    finally:
        household.stop(SHORTLY)
