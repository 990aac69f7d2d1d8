"""What the visit is walked on: the app, and a simulator for each double that was not given."""

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.run.addresses import Addresses, refuse_taken
from sandbox.run.demo_keys import demo_keys
from sandbox.run.environment import demo_environment
from sandbox.run.household import Household
from sandbox.run.parts import app_part, ehr_part, messages_part, zoom_part
from sandbox.run.site_files import STANDARD, write_site_file
from sandbox.walk.doubles import Doubles

FOLDER = Path("var/visit")


@dataclass(frozen=True)
class Stage:
    """Where the visit's systems are. The clock is moved only where no double would stay behind."""

    app: str
    ehr_control: str
    zoom_control: str
    clock_moves: bool


def stage_for(addresses: Addresses, doubles: Doubles) -> Stage:
    """Where everything will be."""
    return Stage(
        app=addresses.app,
        ehr_control=doubles.ehr.control_url if doubles.ehr else addresses.ehr,
        zoom_control=doubles.zoom.control_url if doubles.zoom else addresses.zoom,
        clock_moves=doubles.ehr is None and doubles.zoom is None,
    )


@dataclass(frozen=True)
class Ways:
    """What a run does otherwise than the demo: environment, words in the site file, the chart's server.

    `flavour`: which EHR our simulator plays. `at`: what the clinic's clocks say at the beginning, such as
    10:00; else it is now there too.
    """

    environment: Mapping[str, str] = field(default_factory=dict)
    site_words: Mapping[str, str] = field(default_factory=dict)
    fhir_backend: str | None = None
    at: str | None = None
    flavour: str = STANDARD


def set_up(
    household: Household,
    addresses: Addresses,
    doubles: Doubles,
    folder: Path = FOLDER,
    ways: Ways | None = None,
) -> None:
    """Start what was not given, and the app on it, as on a first day. Raises PortsWrong and PartFailed."""
    environment = set_up_around(household, addresses, doubles, folder, ways or Ways())
    household.start(app_part(addresses, environment))
    household.wait_until_up("app")


def set_up_around(
    household: Household, addresses: Addresses, doubles: Doubles, folder: Path, ways: Ways
) -> dict[str, str]:
    """All of it but the app, whose environment is answered. Raises PortsWrong and PartFailed."""
    refuse_taken(_ports(addresses, doubles))
    _forget_earlier_visits(folder)
    environment = {**_environment(addresses, doubles, folder, ways.flavour), **ways.environment}
    _reword(folder / "ehr", ways.site_words)
    clock_url, state = environment.get("VISITBRIDGE_CLOCK_URL", ""), folder.resolve()
    names = ["messages"]
    if doubles.ehr is None:
        household.start(ehr_part(addresses, environment, state, ways.fhir_backend, ways.at, ways.flavour))
        names.append("ehr")
    if doubles.zoom is None:
        household.start(zoom_part(addresses, environment, state, clock_url))
        names.append("zoom")
    household.start(messages_part(addresses, environment, state, clock_url))
    household.run("migrate", [sys.executable, "-m", "app", "migrate"], environment)
    household.wait_until_up(*names)
    return environment


def _environment(addresses: Addresses, doubles: Doubles, folder: Path, flavour: str) -> dict[str, str]:
    environment = demo_environment(os.environ, addresses, folder, demo_keys(folder))
    if doubles.ehr is None:
        write_site_file(folder / "ehr", addresses, flavour)
    else:
        _copy_site_file(doubles.ehr.site_file, folder / "ehr")
        environment |= doubles.ehr.secrets
        del environment["VISITBRIDGE_CLOCK_URL"]
    if doubles.zoom is not None:
        environment |= doubles.zoom.credentials
        environment |= {"ZOOM_API_URL": doubles.zoom.api_url, "ZOOM_OAUTH_URL": doubles.zoom.oauth_url}
    return environment


def _reword(folder: Path, words: Mapping[str, str]) -> None:
    for path in folder.glob("*.toml"):
        text = path.read_text()
        for said, instead in words.items():
            text = text.replace(said, instead)
        path.write_text(text)


def _copy_site_file(source: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.toml"):
        old.unlink()
    shutil.copy(source, folder / source.name)


def _forget_earlier_visits(folder: Path) -> None:
    """Keep the keys and the logs: one finished visit would leave nothing to walk."""
    for kept in folder.glob("*"):
        if kept.is_file() and kept.name != "keys.json" and kept.suffix != ".log":
            kept.unlink()


def _ports(addresses: Addresses, doubles: Doubles) -> Mapping[str, int]:
    return {
        "app": addresses.base,
        **({"sandbox EHR": addresses.base + 1} if doubles.ehr is None else {}),
        **({"sandbox Zoom": addresses.base + 2} if doubles.zoom is None else {}),
        "message sink": addresses.base + 3,
        "message sink's SMTP": addresses.smtp_port,
    }
