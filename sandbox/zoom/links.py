"""The links that let people in: start_url, join_url, a registrant's own join_url, and Zoom Access Keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from itsdangerous import BadSignature, URLSafeSerializer

START_URL_LIFE = timedelta(hours=2)


class LinkRefused(Exception):
    """A link that lets nobody in; the text says why."""


@dataclass(frozen=True)
class Link:
    """A link taken apart: the kind of page, the meeting, its query."""

    kind: str
    meeting_id: int
    query: Mapping[str, str]


def parse_link(url: str) -> Link:
    """Take a start or join URL apart. Raises LinkRefused."""
    parts = urlsplit(url)
    steps = parts.path.strip("/").split("/")
    if len(steps) < 2 or not steps[-1].isdigit():
        raise LinkRefused("This is no link to a meeting.")
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    return Link(steps[-2], int(steps[-1]), query)


class Links:
    """Makes links and proves those that come back."""

    def __init__(self, base_url: str, signing_key: str) -> None:
        self._base = base_url
        self._zaks = URLSafeSerializer(signing_key, salt="zak")

    def access_key(self, user_id: str, expires: datetime, meeting_id: int | None = None) -> str:
        """A ZAK: whoever holds it may start meetings as this user until it expires."""
        return str(self._zaks.dumps({"u": user_id, "x": int(expires.timestamp()), "m": meeting_id}))

    def start_url(self, meeting_id: int, host_id: str, now: datetime) -> str:
        """A fresh host link, good for two hours."""
        zak = self.access_key(host_id, now + START_URL_LIFE, meeting_id)
        return f"{self._base}/s/{meeting_id}?{urlencode({'zak': zak})}"

    def join_url(self, meeting_id: int, password: str) -> str:
        """The meeting's plain link; with registration it shows a form."""
        return f"{self._base}/j/{meeting_id}?{urlencode({'pwd': password})}"

    def registrant_url(self, meeting_id: int, token: str, password: str) -> str:
        """One person's own link."""
        return f"{self._base}/w/{meeting_id}?{urlencode({'tk': token, 'pwd': password})}"

    def registration_url(self, meeting_id: int) -> str:
        """The registration form."""
        return f"{self._base}/meeting/register/{meeting_id}"

    def prove_start(self, link: Link, host_id: str, now: datetime) -> None:
        """Let a start link pass. Raises LinkRefused if it was tampered with, is old or is another host's."""
        if self._proved(link, host_id)["x"] <= now.timestamp():
            raise LinkRefused("This start link has expired: it is good for two hours.")

    def prove_host(self, link: Link, host_id: str) -> None:
        """Let whoever started by this link go on, however old it is. Raises LinkRefused otherwise."""
        self._proved(link, host_id)

    def _proved(self, link: Link, host_id: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = self._zaks.loads(link.query.get("zak", ""))
        except BadSignature as bad:
            raise LinkRefused("This start link is not valid.") from bad
        if claims["m"] not in (None, link.meeting_id) or claims["u"] != host_id:
            raise LinkRefused("This start link belongs to another meeting or host.")
        return claims
