"""A Zoom that answers at once and counts: so that a ratio measures the product, not a simulator.

It knows the two calls of a first join, in the shape that Zoom answers them, and checks nothing.
"""

import asyncio
import json
import re
import sys
from collections import Counter

from bench.http_lines import Framing

TOKEN, REGISTRANT, COUNTS = "token", "registrant", "counts"
_ROUTES = (
    (TOKEN, re.compile(rb"POST /oauth/token[ ?]")),
    (REGISTRANT, re.compile(rb"POST /v2/meetings/(\d+)/registrants ")),
    (COUNTS, re.compile(rb"GET /counts ")),
)


class InstantZoom:
    """What it answers, and how often it was asked."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()

    def answer(self, head: bytes) -> tuple[int, dict[str, object]]:
        """Status and JSON for a request, by its first line."""
        for name, route in _ROUTES:
            found = route.match(head)
            if found and name == COUNTS:
                return 200, dict(self.calls)
            if found:
                self.calls[name] += 1
                return self._token() if name == TOKEN else self._registrant(int(found[1]))
        self.calls["unknown"] += 1
        return 404, {"code": 404, "message": "This stand-in knows no such call."}

    def _token(self) -> tuple[int, dict[str, object]]:
        return 200, {"access_token": "instant", "token_type": "bearer", "expires_in": 3599}

    def _registrant(self, meeting_id: int) -> tuple[int, dict[str, object]]:
        registrant_id = f"registrant-{self.calls[REGISTRANT]}"
        join_url = f"http://localhost:1/w/{meeting_id}?tk={registrant_id}"
        return 201, {"id": meeting_id, "registrant_id": registrant_id, "join_url": join_url}


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
            status, told = self._zoom.answer(found[0])
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
