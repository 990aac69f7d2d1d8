"""A deployment that really serves, and the strict sandbox EHR beside it, broken as a file says."""

import os
import socket
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import requests
from flask import Flask

from app.clock import SystemClock
from app.factory import create_app
from app.http import new_http_session
from app.keys import DeploymentKeys, new_client_jwks
from app.ports import Rooms
from app.rooms import connect_ehrs
from app.services.doctor.examine import Examination, examine
from app.settings import Settings
from app.sites import ClinicSites, read_sites
from app.store.database import Database
from sandbox.ehr.app import create_app as create_ehr
from sandbox.ehr.config import EhrConfig
from sandbox.serving import LOOPBACK, served

BROKEN = Path(__file__).with_name("broken")
SITE = Path(__file__).parents[3] / "sandbox_config" / "ehr" / "sandbox.toml"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


@dataclass
class Deployment:
    """Our app, served, and one EHR. `url` is the EHR's."""

    rooms: Rooms
    app: Flask
    url: str

    def examined(self) -> Examination:
        return examine(self.rooms, self.rooms.sites.all()[0])

    def control(self, path: str, order: dict[str, Any]) -> Any:
        answer = requests.post(f"{self.url}{path}", json=order, timeout=5)
        assert answer.ok, answer.text
        return answer.json()


@pytest.fixture(scope="session")
def our_keys() -> str:
    return new_client_jwks("ES384")


@pytest.fixture(scope="session")
def ehr_ports() -> tuple[int, int]:
    """The EHR's, and ours, which it is told of."""
    return free_port(), free_port()


@pytest.fixture(scope="session")
def ehr_url(ehr_ports: tuple[int, int]) -> Iterator[str]:
    port, ours = ehr_ports
    with served(create_ehr(EhrConfig(port=port, app_url=f"http://{LOOPBACK}:{ours}")), port) as url:
        yield url


@pytest.fixture
def deploy(
    rooms: Rooms,
    settings: Settings,
    database: Database,
    our_keys: str,
    ehr_ports: tuple[int, int],
    ehr_url: str,
    tmp_path: Path,
) -> Iterator[Callable[..., Deployment]]:
    """Serves the app with the sandbox's file; `site` changes the file, `base_url` what we call ourselves."""
    assert requests.post(f"{ehr_url}/_reset", timeout=5).ok
    requests.post(f"{ehr_url}/clock", json={"offset_seconds": 0}, timeout=5)
    running = []

    def start(site: dict[str, Any] | None = None, base_url: str = "", secret: str = "") -> Deployment:
        told = tomllib.loads(SITE.read_text()) | {"iss": [f"{ehr_url}/fhir"]} | fill(site or {}, EHR=ehr_url)
        (tmp_path / "ehr").mkdir()
        (tmp_path / "ehr" / "sandbox.toml").write_text(as_toml(told))
        sites = read_sites(tmp_path / "ehr", {**os.environ, "THE_SECRET": secret or "unset"})
        ours = f"http://{LOOPBACK}:{ehr_ports[1]}"
        mine = replace(settings, base_url=base_url or ours)
        wall, http = SystemClock(), new_http_session()
        ehrs = connect_ehrs(mine, sites, DeploymentKeys(our_keys), database, http, wall, wall)
        whole = replace(
            rooms, settings=mine, sites=ClinicSites(sites), ehr=ehrs, http=http, clock=wall, wall=wall
        )
        app = create_app(whole)
        server = served(app, ehr_ports[1])
        server.__enter__()
        running.append(server)
        return Deployment(whole, app, ehr_url)

    yield start
    for server in running:
        server.__exit__(None, None, None)


def fill(value: Any, **places: str) -> Any:
    """The file's words with addresses put in."""
    if isinstance(value, dict):
        return {name: fill(one, **places) for name, one in value.items()}
    if isinstance(value, list):
        return [fill(one, **places) for one in value]
    return value.format(**places) if isinstance(value, str) else value


def as_toml(told: dict[str, Any]) -> str:
    """Top-level texts, lists of texts and booleans; tables are left out, for no check needs them."""
    lines = [f"{name} = {_toml(value)}" for name, value in told.items() if not isinstance(value, dict)]
    return "\n".join(lines)


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(_toml(one) for one in value)}]"
    return f"'{value}'" if isinstance(value, str) else str(value)
