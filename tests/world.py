"""A whole world on free ports: simulators, app, and one visit walked through their public addresses."""

import os
import random
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.run.addresses import SMTP_AWAY, Addresses
from sandbox.run.household import Household
from sandbox.walk.doubles import Doubles
from sandbox.walk.report import Report
from sandbox.walk.stage import Ways, set_up, stage_for
from sandbox.walk.visit import Visit


@dataclass(frozen=True)
class World:
    """Running simulators and a running app, and the visit that will walk through them."""

    addresses: Addresses
    folder: Path
    household: Household
    visit: Visit

    def ask(self, url: str, body: Any = None) -> Any:
        """A control call of a simulator."""
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request("GET" if body is None else "POST", url, json=body, timeout=20)
        answer.raise_for_status()
        return answer.json() if answer.content else {}

    def kill_app(self) -> None:
        """kill -9 of the app and its workers, as a power cut would."""
        os.killpg(self.household.pid("app"), signal.SIGKILL)

    def log(self, part: str) -> str:
        """All that a part printed."""
        return (self.folder / f"{part}.log").read_text("utf-8", "replace")


@pytest.fixture
def open_world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Any]:
    """A world, with ways of its own, until the block ends. `report` may watch or disturb the steps."""
    return partial(opened_world, tmp_path)


@contextmanager
def opened_world(folder: Path, ways: Ways | None = None, report: Report | None = None) -> Iterator[World]:
    """A world whose state and logs are in `folder`, until the block ends."""
    addresses, doubles = Addresses(free_block()), Doubles()
    visit = Visit(stage_for(addresses, doubles), report or Report(), None)

    def count(name: str, pid: int) -> None:
        visit.restarts += name == "app"

    household = Household(folder, on_restart=count)
    try:
        set_up(household, addresses, doubles, folder, ways)
        yield World(addresses, folder, household, visit)
    finally:
        household.stop()


def free_block() -> int:
    """The first of four neighbouring free ports whose SMTP port is free too.

    Below those that systems give to outgoing connections, one of which could take a port before its server.
    """
    while True:
        base = random.randrange(12_000, 32_000, 8)
        if all(_is_free(base + away) for away in (0, 1, 2, 3, SMTP_AWAY)):
            return base


def free_port() -> int:
    """A free port of that kind."""
    while True:
        port = random.randrange(12_000, 32_000)
        if _is_free(port):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
