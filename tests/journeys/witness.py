"""Sees all that this process's people and their browsers open and are answered."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests


@dataclass(frozen=True)
class Opened:
    """One request of somebody's browser, and what it was answered. A stream's body is not read."""

    method: str
    url: str
    status: int
    location: str
    cookies: str
    body: str


class Witness:
    """What was opened, in order."""

    def __init__(self) -> None:
        self.rows: list[Opened] = []

    def of(self, origin: str) -> list[Opened]:
        """What was opened at one server."""
        return [row for row in self.rows if _origin(row.url) == origin]

    def links_into(self, origin: str) -> set[str]:
        """Addresses at a server that others redirected to."""
        return {row.location for row in self.rows if _origin(row.location) == origin}

    def query_values(self, *names: str) -> set[str]:
        """What stood under these names in the query of any address that was opened or redirected to."""
        addresses = [address for row in self.rows for address in (row.url, row.location)]
        return {value for url in addresses for key, value in parse_qsl(urlsplit(url).query) if key in names}

    def form_values(self, app: str, *names: str) -> set[str]:
        """What stood in hidden fields of these names on the application's pages."""
        field = re.compile(rf'name="(?:{"|".join(names)})" value="([^"]+)"')
        return {value for row in self.of(app) for value in field.findall(row.body)}

    def cookie_values(self, app: str) -> set[str]:
        """The cookies that the application gave."""
        given = re.compile(r"(?:^|, )[\w-]+=([^;,]{8,})")
        return {value for row in self.of(app) for value in given.findall(row.cookies)}


@contextmanager
def witnessed() -> Iterator[Witness]:
    """Watch until the block ends."""
    witness, send = Witness(), requests.Session.send

    def watched(session: requests.Session, request: Any, **wishes: Any) -> requests.Response:
        answer = send(session, request, **wishes)
        headers = answer.headers
        body = "" if wishes.get("stream") else answer.text
        witness.rows.append(
            Opened(
                str(request.method),
                str(request.url),
                answer.status_code,
                headers.get("Location", ""),
                headers.get("Set-Cookie", ""),
                body,
            )
        )
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(requests.Session, "send", watched)
        yield witness


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
