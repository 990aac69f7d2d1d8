"""Each test of this folder opens a world of its own; those that only look at what happened share one."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from tests.journeys.troubles import Troubles
from tests.journeys.witness import Opened, Witness, witnessed
from tests.patience import PATIENCE
from tests.world import World, open_world, opened_world

__all__ = ["open_world"]

ZOOMS_OWN = "Zoom's tokens"


@dataclass(frozen=True)
class Eventful:
    """A world in which a visit was walked and much went wrong, and all that its people saw."""

    world: World
    troubles: Troubles
    witness: Witness
    walked: int

    @property
    def opened_here(self) -> list[Opened]:
        """What was opened at the application."""
        return self.witness.of(self.world.addresses.app)

    @property
    def before_the_troubles(self) -> list[Opened]:
        """What was opened anywhere while all went well."""
        return self.witness.rows[: self.walked]

    @property
    def zoom_requests(self) -> list[dict[str, Any]]:
        """What Zoom recorded."""
        rows: list[dict[str, Any]] = self.world.ask(f"{self.world.addresses.zoom}/_requests?since=0")
        return rows

    @property
    def secrets(self) -> Mapping[str, set[str]]:
        """Every secret that anybody gave out, by what it is."""
        return secrets_of(self.world, self.witness)

    def read(self, path: str) -> str:
        """What the application answers to a machine."""
        with requests.Session() as session:
            session.trust_env = False
            return session.get(self.world.addresses.app + path, timeout=PATIENCE).text


def secrets_of(world: World, witness: Witness) -> Mapping[str, set[str]]:
    """Every secret that was given out in this world, by what it is."""
    at = world.addresses
    issued = world.ask(f"{at.ehr}/_issued")
    links = {urlsplit(row.url).path.split("/")[2] for row in witness.of(at.app) if "/v/" in row.url}
    into_zoom = witness.links_into(at.zoom)
    # An id_token's first part says only how it is signed.
    id_tokens = {part for token in issued.pop("id_tokens") for part in token.split(".")[1:] if len(part) > 16}
    return {
        **{what: set(values) for what, values in issued.items()},
        "id_tokens": id_tokens,
        ZOOMS_OWN: set(json.loads((world.folder / "zoom.json").read_text())["tokens"]),
        "patients' links": {token for token in links if token.isascii() and len(token) == 22},
        "links into Zoom": {value for url in into_zoom for _, value in parse_qsl(urlsplit(url).query)},
        "states": witness.query_values("state"),
        "tickets and form tokens": witness.form_values(at.app, "ticket", "csrf"),
        "cookies": witness.cookie_values(at.app),
    }


@pytest.fixture(scope="session")
def eventful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Eventful]:
    """The shared world; its application still runs."""
    with opened_world(tmp_path_factory.mktemp("eventful")) as world:
        troubles = Troubles(world)
        with witnessed() as witness:
            world.visit.walk()
            walked = len(witness.rows)
            troubles.make()
        yield Eventful(world, troubles, witness, walked)
