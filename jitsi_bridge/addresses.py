"""Addresses of rooms, out of the clinic's template."""

import json
from collections.abc import Mapping
from urllib.parse import quote, urlencode, urlsplit

from jitsi_bridge.errors import JitsiUrlWrong

ROOM = "{room}"
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class RoomAddresses:
    """A template such as `https://meet.clinic.example/{room}`. Raises JitsiUrlWrong."""

    def __init__(self, template: str) -> None:
        parts = urlsplit(template)
        if parts.path.count(ROOM) != 1 or template.count("{") != 1 or parts.query or parts.fragment:
            raise JitsiUrlWrong("give {room} once, in the path, and neither query nor fragment")
        if not parts.hostname or "@" in parts.netloc:
            raise JitsiUrlWrong("give scheme and host, such as https://meet.clinic.example/{room}")
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
            raise JitsiUrlWrong("use https: http is for loopback only")
        self._template = template
        self.host = parts.hostname
        self.origin = f"{parts.scheme}://{parts.netloc}"

    def link(self, room: str, token: str | None, wishes: Mapping[str, str]) -> str:
        """Into the room. Wishes stand in the fragment, as JSON, and so never reach a server's log.

        https://jitsi.github.io/handbook/docs/user-guide/user-guide-advanced
        """
        base = self._template.replace(ROOM, quote(room, safe=""))
        query = f"?{urlencode({'jwt': token})}" if token else ""
        told = "&".join(f"{key}={quote(json.dumps(value), safe='')}" for key, value in wishes.items())
        return f"{base}{query}#{told}" if told else f"{base}{query}"
