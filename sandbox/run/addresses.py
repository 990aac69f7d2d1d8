"""Where the parts of a demo live: four neighbouring ports on loopback, and one for SMTP."""

import errno
import socket
from collections.abc import Mapping
from dataclasses import dataclass

USUAL_BASE = 8000
SMTP_AWAY = 25
LOOPBACK = "127.0.0.1"


class PortsWrong(Exception):
    """The ports cannot be used; the message is the sentence to print."""


@dataclass(frozen=True)
class Addresses:
    """The addresses that follow from ``PORT_BASE``.

    The app is on ``localhost`` and the rest on ``127.0.0.1``: to a browser these are two sites, so the app
    in the EHR's frame is truly cross-site without certificates.
    """

    base: int = USUAL_BASE

    @property
    def app(self) -> str:
        """The product."""
        return f"http://localhost:{self.base}"

    @property
    def ehr(self) -> str:
        """The simulated EHR, which also serves the start page and the clock."""
        return f"http://{LOOPBACK}:{self.base + 1}"

    @property
    def zoom(self) -> str:
        """The simulated Zoom."""
        return f"http://{LOOPBACK}:{self.base + 2}"

    @property
    def messages(self) -> str:
        """The message sink."""
        return f"http://{LOOPBACK}:{self.base + 3}"

    @property
    def smtp_port(self) -> int:
        """Where the message sink takes e-mail."""
        return self.base + SMTP_AWAY

    @property
    def clock(self) -> str:
        """The clock that everything follows."""
        return f"{self.ehr}/clock"


def addresses_from(environment: Mapping[str, str]) -> Addresses:
    """The addresses that ``PORT_BASE`` asks for. Raises PortsWrong."""
    asked = environment.get("PORT_BASE") or str(USUAL_BASE)
    if not asked.isdecimal() or not 1024 <= int(asked) <= 65_500:
        raise PortsWrong("PORT_BASE must be a number from 1024 to 65500, such as PORT_BASE=8100.")
    return Addresses(int(asked))


def refuse_taken(ports: Mapping[str, int]) -> None:
    """Raise PortsWrong for the first of these ports, by what needs it, that another program has."""
    for what, port in ports.items():
        if _is_taken(port):
            raise PortsWrong(
                f"Port {port}, which the {what} needs, is taken by another program: stop that one, "
                f"or choose other ports with PORT_BASE, for example: make demo PORT_BASE=8100"
            )


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        # Without this a port whose last connections only linger would look taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            return error.errno in (errno.EADDRINUSE, errno.EACCES)
    return False
