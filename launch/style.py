"""How an EHR looks, so that an app may look alike: only what we know of it, and only what it is made of.

https://hl7.org/fhir/smart-app-launch/STU2.2/scopes-and-launch-context.html#styling
"""

import json
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import requests

from launch.discovery import SmartConfiguration
from launch.ports import Clock

TIMEOUT = (1.0, 1.0)
LONGEST_SECONDS = 1.5
LARGEST = 16 * 1024
KEPT_FOR = timedelta(hours=1)
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_PIXELS = re.compile(r"(\d{1,2})(?:\.\d+)?px")


@dataclass(frozen=True)
class EhrStyle:
    """Colours as "#rrggbb", a radius in pixels. Fonts stay ours, which are made to be read."""

    background: str | None = None
    text: str | None = None
    highlight: str | None = None
    radius: int | None = None


def style_from(told: Mapping[str, object]) -> EhrStyle:
    """What of a style document we use. Whatever is written in another way is left out."""
    return EhrStyle(
        background=_colour(told.get("color_background")),
        text=_colour(told.get("color_text")),
        highlight=_colour(told.get("color_highlight")),
        radius=_pixels(told.get("dim_border_radius")),
    )


class StyleBook:
    """Styles by address, kept for an hour; what could not be had as well."""

    def __init__(self, session: requests.Session, clock: Clock) -> None:
        self._session = session
        self._clock = clock
        self._guard = threading.Lock()
        self._kept: dict[str, tuple[datetime, EhrStyle | None]] = {}

    def of(self, url: str, iss: str, config: SmartConfiguration) -> EhrStyle | None:
        """The style at an address of the EHR's own servers. None: there is none to be had. Raises nothing."""
        if not is_the_ehrs(url, iss, config):
            return None
        now = self._clock.now()
        with self._guard:
            kept = self._kept.get(url)
        if kept is not None and timedelta(0) <= now - kept[0] < KEPT_FOR:
            return kept[1]
        style = self._fetch(url)
        with self._guard:
            self._kept[url] = (now, style)
        return style

    def _fetch(self, url: str) -> EhrStyle | None:
        try:
            with self._session.get(
                url,
                headers={"Accept": "application/json"},
                timeout=TIMEOUT,
                allow_redirects=False,
                stream=True,
            ) as answer:
                if answer.status_code != requests.codes.ok:
                    return None
                told = json.loads(_short_text(answer))
        except (requests.RequestException, OSError, ValueError, RecursionError):
            return None
        return style_from(told) if isinstance(told, dict) else None


def _short_text(answer: requests.Response) -> bytes:
    """The body. Raises ValueError if it is long, or comes slowly."""
    text, until = b"", time.monotonic() + LONGEST_SECONDS
    for part in answer.iter_content(1024):
        text += part
        if len(text) > LARGEST or time.monotonic() > until:
            raise ValueError("too long")
    return text


def is_the_ehrs(url: str, iss: str, config: SmartConfiguration) -> bool:
    """Whether the address is on a server that the EHR itself named, and over TLS if its own is."""
    named = (iss, config.authorization_endpoint, config.token_endpoint)
    try:
        parts, hosts = urlsplit(url), {urlsplit(one).netloc for one in named}
    except ValueError:
        return False
    return parts.netloc in hosts and parts.scheme in ("https", urlsplit(iss).scheme)


def _colour(told: object) -> str | None:
    if not isinstance(told, str) or not _COLOUR.fullmatch(told.strip()):
        return None
    digits = told.strip()[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(2 * digit for digit in digits))


def _pixels(told: object) -> int | None:
    found = _PIXELS.fullmatch(told.strip()) if isinstance(told, str) else None
    return int(found[1]) if found else None
