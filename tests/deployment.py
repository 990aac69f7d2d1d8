"""The second home: PostgreSQL, web processes, workers, one process of event streams, a proxy before all."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from sandbox.run.addresses import Addresses
from sandbox.run.household import Household
from sandbox.run.parts import Part
from sandbox.walk.doubles import Doubles
from sandbox.walk.report import Report
from sandbox.walk.stage import Ways, set_up_around, stage_for
from sandbox.walk.visit import Visit
from tests.front_proxy import front_proxy
from tests.patience import PATIENCE, until
from tests.ports import free_block, free_port
from tests.world import AT_ONCE, MORNING, SHORTLY, World

__all__ = ["until"]

WEB, WORKERS = ("web-1", "web-2"), ("worker-1", "worker-2")
EVENTS = "events"


@dataclass(frozen=True)
class Deployment(World):
    """A world whose app is five processes."""

    ports: Mapping[str, int]
    environment: Mapping[str, str]

    def ready(self, part: str) -> tuple[int, list[str]]:
        """What its /readyz says."""
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(f"http://127.0.0.1:{self.ports[part]}/readyz", timeout=PATIENCE)
        return answer.status_code, answer.json()["missing"]


@contextmanager
def deployed(
    folder: Path,
    database_url: str,
    report: Report | None = None,
    words: Mapping[str, str] | None = None,
    workers: tuple[str, ...] = WORKERS,
) -> Iterator[Deployment]:
    """The deployment over an empty database, until the block ends."""
    addresses, doubles = Addresses(free_block()), Doubles()
    ways = Ways({"VISITBRIDGE_DATABASE_URL": database_url, **(words or {})}, at=MORNING)
    visit = Visit(stage_for(addresses, doubles), report or Report(), None, PATIENCE)

    def count(name: str, pid: int) -> None:
        visit.restarts += name in WEB

    household = Household(folder, count, AT_ONCE)
    try:
        environment = set_up_around(household, addresses, doubles, folder, ways)
        ports = {name: free_port() for name in (*WEB, *workers, EVENTS)}
        for name in WEB:
            household.start(_part(name, ports, environment, "serve", "--without-jobs"))
        for name in workers:
            household.start(_part(name, ports, environment, "worker"))
        household.start(_part(EVENTS, ports, environment, "events"))
        with front_proxy(addresses.base, [ports[name] for name in WEB], ports[EVENTS]):
            household.wait_until_up(*ports, seconds=PATIENCE)
            yield Deployment(addresses, folder, household, visit, ports, environment)
    finally:
        household.stop(SHORTLY)


def _part(name: str, ports: Mapping[str, int], environment: Mapping[str, str], *command: str) -> Part:
    arguments = ("app", *command, "--port", str(ports[name]))
    return Part(name, arguments, f"http://127.0.0.1:{ports[name]}/healthz", environment)
