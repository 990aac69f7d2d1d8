"""A Zoom that answers at once and counts: so that a ratio measures the product, not a simulator.

It knows the calls of a start, of a first join and of a look at a call, in the shape that Zoom answers them,
and checks nothing. `POST /call` says who is in a call: of itself it tells nobody.
"""

import asyncio
import json
import re
import sys
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime

from bench.http_lines import Framing

HOST, HOST_ID = "amara.osei@clinic.example", "host-1"
TOKEN, USER, CREATE, MEETING, REGISTRANT, COUNTS = (
    "token",
    "user",
    "create",
    "meeting",
    "registrant",
    "counts",
)
CALL, LOOKS = "call", "looks"
_ROUTES = (
    (TOKEN, re.compile(rb"POST /oauth/token[ ?]()")),
    (USER, re.compile(rb"GET /v2/users/([^/ ]+) ")),
    (CREATE, re.compile(rb"POST /v2/users/([^/ ]+)/meetings ")),
    (LOOKS, re.compile(rb"GET /v2/metrics/meetings/(\d+)/participants[ ?]")),
    (CALL, re.compile(rb"POST /call() ")),
    (MEETING, re.compile(rb"GET /v2/meetings/(\d+) ")),
    (REGISTRANT, re.compile(rb"POST /v2/meetings/(\d+)/registrants ")),
    (COUNTS, re.compile(rb"GET /counts() ")),
)
Answer = tuple[int, Mapping[str, object]]


class InstantZoom:
    """What it answers, how often it was asked, and who is in which call. It remembers nothing else."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self._people: dict[str, list[dict[str, object]]] = {}
        self._answers = {
            TOKEN: self._token,
            USER: self._user,
            CREATE: self._create,
            MEETING: self._meeting,
            REGISTRANT: self._registrant,
            COUNTS: self._counts,
            CALL: self._begin,
            LOOKS: self._looked,
        }

    def answer(self, head: bytes, body: bytes = b"") -> Answer:
        """Status and JSON for a request, by its first line."""
        for name, route in _ROUTES:
            if found := route.match(head):
                if name != COUNTS:
                    self.calls[name] += 1
                return self._answers[name](found[1].decode(), body)
        self.calls["unknown"] += 1
        return 404, {"code": 404, "message": "This stand-in knows no such call."}

    def _token(self, _none: str, _body: bytes) -> Answer:
        return 200, {"access_token": "instant", "token_type": "bearer", "expires_in": 3599}

    def _user(self, _key: str, _body: bytes) -> Answer:
        return 200, {"id": HOST_ID, "email": HOST, "type": 2, "status": "active"}

    def _create(self, _key: str, body: bytes) -> Answer:
        order = json.loads(body)
        meeting_id = 10**10 + self.calls[CREATE]
        return 201, _told_of(meeting_id) | {"topic": order["topic"], "settings": order["settings"]}

    def _meeting(self, meeting_id: str, _body: bytes) -> Answer:
        self.calls[f"{MEETING} {meeting_id}"] += 1
        status = {"status": "started"} if meeting_id in self._people else {}
        return 200, _told_of(int(meeting_id)) | status

    def _registrant(self, meeting_id: str, _body: bytes) -> Answer:
        registrant_id = f"registrant-{self.calls[REGISTRANT]}"
        join_url = f"http://localhost:1/w/{meeting_id}?tk={registrant_id}"
        return 201, {"id": int(meeting_id), "registrant_id": registrant_id, "join_url": join_url}

    def _begin(self, _none: str, body: bytes) -> Answer:
        told = json.loads(body)
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        people = enumerate(told["participants"])
        self._people[told["room"]] = [
            {"id": "", "user_id": str(n), "participant_uuid": f"{n}-{told['room']}", "join_time": at} | person
            for n, person in people
        ]
        return 200, {}

    def _looked(self, meeting_id: str, _body: bytes) -> Answer:
        people = self._people.get(meeting_id)
        if people is None:
            return 404, {"code": 3001, "message": "Meeting does not exist."}
        return 200, {"page_size": 30, "next_page_token": "", "participants": people}

    def _counts(self, _none: str, _body: bytes) -> Answer:
        return 200, dict(self.calls)


def _told_of(meeting_id: int) -> dict[str, object]:
    """A meeting that nobody is in."""
    return {
        "id": meeting_id,
        "uuid": f"{meeting_id}==",
        "host_id": HOST_ID,
        "host_email": HOST,
        "status": "waiting",
        "start_url": f"http://localhost:1/s/{meeting_id}?zak=instant",
    }


class _Line(asyncio.Protocol):
    def __init__(self, zoom: InstantZoom) -> None:
        self._zoom = zoom
        self._framing = Framing()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._framing.feed(data)
        while found := self._framing.next(is_answer=False):
            status, told = self._zoom.answer(*found)
            body = json.dumps(told).encode()
            headers = f"Content-Type: application/json\r\nContent-Length: {len(body)}"
            head = f"HTTP/1.1 {status} .\r\n{headers}\r\n\r\n"
            self._transport.write(head.encode() + body)


async def serve(port: int) -> None:
    """Serve for good."""
    zoom = InstantZoom()
    server = await asyncio.get_running_loop().create_server(lambda: _Line(zoom), "127.0.0.1", port)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
