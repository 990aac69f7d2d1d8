"""What to register at an EHR, and how what is there differs from it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from app.ports import Rooms
from app.sites import ClinicSite
from launch.vendors.sheet import Line, Sheet, sheets_of

ADDRESS = re.compile(r"https?://[^\s\"'<>,;|]+", re.IGNORECASE)
LONGEST = 20_000  # characters of a screen that somebody pastes
SHOWN = 200


class Difference(StrEnum):
    """How what stands at the EHR differs from what should."""

    SAME = "same"
    MISSING = "missing"
    SLASH = "slash"  # at the end
    SCHEME = "scheme"  # http instead of https, or the other way round
    CASE = "case"
    QUERY = "query"  # something hangs behind it
    PATH = "path"  # the same host, another path
    PLAIN = "plain"  # a plain link to our front page, instead of a SMART launch


@dataclass(frozen=True)
class Compared:
    """A field, what belongs there, and what was found instead."""

    line: Line
    difference: Difference
    found: str | None = None


def registration(rooms: Rooms, site: ClinicSite) -> tuple[Sheet, ...]:
    """The sheets of this EHR, filled in."""
    return sheets_for(site, rooms.settings.base_url)


def sheets_for(site: ClinicSite, base: str) -> tuple[Sheet, ...]:
    """The sheets of an EHR, filled in for a deployment at this base URL."""
    places = {
        "launch_url": f"{base}/launch",
        "redirect_uri": f"{base}{site.callback_path}",
        "jwks_url": f"{base}/.well-known/jwks.json",
        "client_id": site.launch.client_id,
        "scopes": " ".join(site.launch.scopes),
    }
    return tuple(
        Sheet(sheet.screen, tuple(line.filled(places) for line in sheet.lines))
        for sheet in sheets_of(site.launch.vendor)
    )


def as_text(sheets: tuple[Sheet, ...]) -> str:
    """To be pasted: a heading for each screen, a line for each field."""
    return "\n\n".join(
        "\n".join((sheet.screen, *(f"{line.field}: {line.value}" for line in sheet.lines)))
        for sheet in sheets
    )


def compare(sheets: tuple[Sheet, ...], pasted: str) -> tuple[Compared, ...]:
    """Each field against a text that was copied from the EHR's screens. Nothing of it is kept."""
    text = pasted[:LONGEST]
    addresses = tuple(found.rstrip(".)") for found in ADDRESS.findall(text))
    words = frozenset(text.split())
    lines = dict.fromkeys(line for sheet in sheets for line in sheet.lines)
    return tuple(_compared(line, addresses, words, text) for line in lines)


def _compared(line: Line, addresses: tuple[str, ...], words: frozenset[str], text: str) -> Compared:
    if urlsplit(line.value).scheme in ("http", "https"):
        return _address(line, addresses)
    missing = [word for word in line.value.split() if word not in words and word not in text]
    if not missing:
        return Compared(line, Difference.SAME)
    if line.value.lower() in text.lower():
        return Compared(line, Difference.CASE)
    return Compared(line, Difference.MISSING, " ".join(missing)[:SHOWN])


def _address(line: Line, addresses: tuple[str, ...]) -> Compared:
    if line.value in addresses:
        return Compared(line, Difference.SAME)
    for difference, found in _near(line.value, addresses):
        return Compared(line, difference, found.partition("?")[0][:SHOWN])
    return Compared(line, Difference.MISSING)


def _near(wanted: str, addresses: tuple[str, ...]) -> Iterator[tuple[Difference, str]]:
    """The nearest first."""
    tail = wanted.partition("://")[2]
    for found in addresses:
        if found.rstrip("/") == wanted:
            yield Difference.SLASH, found
    for found in addresses:
        if found.partition("://")[2] == tail:
            yield Difference.SCHEME, found
    for found in addresses:
        if found.lower() == wanted.lower():
            yield Difference.CASE, found
    for found in addresses:
        if found.partition("?")[0] == wanted:
            yield Difference.QUERY, found
    yield from _elsewhere(wanted, addresses)


def _elsewhere(wanted: str, addresses: tuple[str, ...]) -> Iterator[tuple[Difference, str]]:
    here = urlsplit(wanted)
    ours = [found for found in addresses if urlsplit(found).netloc.lower() == here.netloc.lower()]
    if here.path == "/launch":
        yield from ((Difference.PLAIN, found) for found in ours if urlsplit(found).path in ("", "/"))
    last = here.path.rpartition("/")[2]
    yield from ((Difference.PATH, found) for found in ours if last and last in found)
