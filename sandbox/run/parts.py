"""The parts of a demo as commands."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.run.addresses import Addresses


@dataclass(frozen=True)
class Part:
    """A server that is kept running, and the URL that answers once it is up."""

    name: str
    arguments: tuple[str, ...]
    up_url: str
    environment: Mapping[str, str]

    @property
    def command(self) -> list[str]:
        """What is run."""
        return [sys.executable, "-m", *self.arguments]


def app_part(addresses: Addresses, environment: Mapping[str, str]) -> Part:
    """The product itself."""
    arguments = ("app", "serve", "--port", str(addresses.base))
    return Part("app", arguments, f"{addresses.app}/healthz", environment)


def ehr_part(
    addresses: Addresses,
    environment: Mapping[str, str],
    folder: Path,
    fhir_backend: str | None = None,
    at: str | None = None,
    flavour: str | None = None,
) -> Part:
    """The simulated EHR; its chart is kept by another FHIR server where one is named, its day begins `at`,
    and it plays the EHR that `flavour` names.
    """
    arguments = (
        *("sandbox.ehr", "--port", str(addresses.base + 1)),
        *("--app-url", addresses.app, "--state", str(folder)),
        *("--zoom-url", addresses.zoom, "--messages-url", addresses.messages),
        *(("--fhir-backend", fhir_backend) if fhir_backend else ()),
        *(("--at", at) if at else ()),
        *(("--flavour", flavour) if flavour else ()),
    )
    return Part("ehr", arguments, addresses.clock, environment)


def zoom_part(addresses: Addresses, environment: Mapping[str, str], folder: Path, clock_url: str) -> Part:
    """The simulated Zoom."""
    arguments = (
        *("sandbox.zoom", "--port", str(addresses.base + 2)),
        *("--webhook-url", f"{addresses.app}/webhooks/zoom", "--state", str(folder)),
        *(("--clock-url", clock_url) if clock_url else ()),
        *("--retry-scale", "0.01"),
    )
    return Part("zoom", arguments, f"{addresses.zoom}/clock", environment)


def messages_part(addresses: Addresses, environment: Mapping[str, str], folder: Path, clock_url: str) -> Part:
    """The message sink."""
    arguments = (
        *("sandbox.messages", "--port", str(addresses.base + 3)),
        *("--smtp-port", str(addresses.smtp_port), "--state", str(folder)),
        *(("--clock-url", clock_url) if clock_url else ()),
    )
    return Part("messages", arguments, f"{addresses.messages}/clock", environment)
