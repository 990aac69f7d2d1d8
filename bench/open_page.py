"""A provider's open page: a signed-in browser that holds the event stream and notes when each line came."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import urlsplit

from app.crypto import digest, new_token
from app.signin.roles import Grant, StaffRole
from app.store.database import Database
from app.store.sessions import NewSession, add_session, grant_visits
from app.store.staff import Identity, meet_staff
from bench.clinic import OpenVisit
from bench.deployment import SITE
from bench.http_lines import request_bytes
from bench.load import Unexpected

COOKIE = "__Host-vb"
PRESENCE = "presence"


@dataclass
class OpenPage:
    """What one page has heard: `lines` are visit, kind and the epoch second at which the line was here."""

    cookie: str
    visits: frozenset[str]
    lines: list[tuple[str, str, float]] = field(default_factory=list)
    session_id: str = ""
    opened: asyncio.Event = field(default_factory=asyncio.Event)

    async def listen(self, events: str) -> None:
        """Hold the stream until cancelled. Raises Unexpected if there is none, or if it ends."""
        at = urlsplit(events)
        reader, writer = await asyncio.open_connection(at.hostname, at.port)
        headers = {"Accept": "text/event-stream", "Cookie": f"{COOKIE}={self.cookie}"}
        writer.write(request_bytes("GET", f"{events}/events/stream", headers))
        try:
            status = await reader.readline()
            if b" 200 " not in status:
                raise Unexpected(f"the stream answered {status.decode().strip()}")
            await self._read(reader)
        finally:
            writer.close()
        raise Unexpected("the stream ended")

    async def _read(self, reader: asyncio.StreamReader) -> None:
        event = b""
        while line := await reader.readline():
            # The opening of the stream: from now on nothing is missed.
            if line.startswith((b":", b"retry:", b"id:", b"event:", b"data:")):
                self.opened.set()
            if line.startswith(b"event: "):
                event = line[7:].strip()
            elif line.startswith(b"data: ") and event == b"visit":
                told = json.loads(line[6:])
                self.lines.append((told["visit"], told["kind"], time.time()))


def open_page(database: Database, visits: Sequence[OpenVisit]) -> OpenPage:
    """A page of somebody whose launch may open these visits."""
    cookie, session_id, now = new_token(), new_token(), datetime.now(UTC)
    shown = frozenset(visit.id for visit in visits)
    who = Identity("https://idp.example", session_id, SITE, "Practitioner/practitioner-1")
    with database.write() as tx:
        grants = [Grant(StaffRole.PROVIDER, SITE)]
        staff_id = meet_staff(tx, who, "Amara Osei", grants, new_token(), now)
        tx.flush()
        add_session(tx, NewSession(session_id, "launch", digest(cookie), staff_id, SITE), now)
        tx.flush()
        grant_visits(tx, session_id, shown)
    return OpenPage(cookie, shown, session_id=session_id)
