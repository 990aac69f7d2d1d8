"""HTTP/1.1 over a kept-alive connection, with as little work as possible between two requests."""

import asyncio
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_END = b"\r\n\r\n"
BODILESS = {204, 304}


class ConnectionBroke(Exception):
    """The server closed the connection before its answer was whole."""


@dataclass(frozen=True)
class Answer:
    """An answer's status, and its status line and headers as they came."""

    status: int
    head: bytes
    body: bytes


class Framing:
    """Cuts what arrives into heads and bodies of a stated length. For requests and answers alike."""

    def __init__(self) -> None:
        self._buffer = b""

    def feed(self, data: bytes) -> None:
        """More has arrived."""
        self._buffer += data

    def next(self, *, is_answer: bool) -> tuple[bytes, bytes] | None:
        """The next head and body, or None until they are whole. Raises ConnectionBroke without a length."""
        end = self._buffer.find(_END)
        if end < 0:
            return None
        head, start = self._buffer[: end + 2], end + len(_END)
        length = _length_of(head, is_answer)
        if len(self._buffer) < start + length:
            return None
        body, self._buffer = self._buffer[start : start + length], self._buffer[start + length :]
        return head, body


class Connection(asyncio.Protocol):
    """One request at a time."""

    def __init__(self) -> None:
        self._framing = Framing()
        self._waiting: asyncio.Future[Answer] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """asyncio's word that the connection is open."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """asyncio's word that something came."""
        self._framing.feed(data)
        found = self._framing.next(is_answer=True)
        if found and self._waiting and not self._waiting.done():
            self._waiting.set_result(Answer(int(found[0][9:12]), *found))

    def connection_lost(self, exc: Exception | None) -> None:
        """asyncio's word that the connection is gone."""
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(ConnectionBroke())

    async def ask(self, request: bytes) -> Answer:
        """The answer to a request given as bytes. Raises ConnectionBroke."""
        if self._transport is None or self._transport.is_closing():
            raise ConnectionBroke
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        """Hang up."""
        if self._transport is not None:
            self._transport.close()


async def connect(url: str) -> Connection:
    """A connection to the origin of `url`."""
    at = urlsplit(url)
    loop = asyncio.get_running_loop()
    _, connection = await loop.create_connection(Connection, at.hostname or "", at.port or 80)
    return connection


def request_bytes(method: str, url: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """A request as it goes over the line."""
    at = urlsplit(url)
    lines = [f"{method} {at.path or '/'} HTTP/1.1", f"Host: {at.netloc}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if body or method == "POST":
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join((*lines, "", "")).encode() + body


def _length_of(head: bytes, is_answer: bool) -> int:
    found = _LENGTH.search(head)
    if found:
        return int(found[1])
    if is_answer and int(head[9:12]) not in BODILESS:
        raise ConnectionBroke("an answer without a length")
    return 0
