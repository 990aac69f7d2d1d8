"""Event streams of all browsers in one process of coroutines, for a deployment of many processes.

The contract is that of app/web/stream.py, and who may hear what is decided by the same services; only a page
that waits holds no thread here. https://asgi.readthedocs.io/en/stable/specs/www.html
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qs

from werkzeug.http import parse_cookie

from app.crypto import digest
from app.errors import explain
from app.errors.session import SessionUnknown
from app.metrics import OPEN_STREAMS
from app.ports import Rooms
from app.services.listen import PATIENCE_SECONDS, Hearing, news_for
from app.services.newsroom import Ear, Newsroom
from app.store.stream import VisitEvent
from app.vitals import vital_sign
from app.web.access_log import note_request
from app.web.cookies import NAME
from app.web.event_lines import OPENING, number_in, said
from app.web.seats import Seats

Answer = TypeVar("Answer")
Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ROUTE = "/events/stream"
# Each asks the database once in fifteen seconds, at some 2.5 ms of a core: beyond that, start a second one.
MOST_OPEN = 2000
MOST_OF_A_BROWSER = 8
THREADS = 16
SAFE = (
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
STREAM = ((b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no"))
PROBLEM = ((b"content-type", b"application/problem+json"),)


class LoopEar(Ear):
    """An ear that a coroutine listens by."""

    def __init__(self, browser_hash: str, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(browser_hash)
        self._loop = loop
        self._waiting: asyncio.Queue[VisitEvent] = asyncio.Queue()

    def say(self, event: VisitEvent) -> None:
        """Wake whoever listens, from another thread."""
        # The loop is closed when the process ends.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._waiting.put_nowait, event)

    async def hear(self, seconds: float) -> tuple[VisitEvent, ...]:
        """What was said since the last time; waits so long for the first word."""
        try:
            heard = [await asyncio.wait_for(self._waiting.get(), seconds)]
        except TimeoutError:
            return ()
        while not self._waiting.empty():
            heard.append(self._waiting.get_nowait())
        return tuple(heard)


@dataclass(frozen=True)
class Asked:
    """A request for the stream: whose, and what was heard last."""

    browser_hash: str | None
    after: int | None


class Events:
    """The ASGI application."""

    def __init__(self, rooms: Rooms, most: int = MOST_OPEN) -> None:
        self._rooms, self._newsroom = rooms, Newsroom(rooms)
        self._seats = Seats(most, MOST_OF_A_BROWSER)
        self._threads = ThreadPoolExecutor(THREADS, "asking")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        if scope["path"] == ROUTE and scope["method"] == "GET":
            await self._answer_stream(scope, receive, send)
            return
        sign = await self._in_thread(vital_sign, self._rooms, str(scope["path"]))
        status, kind, body = sign or (404, "text/plain", b"")
        await _answer(send, status, ((b"content-type", kind.encode()),), body)

    async def _answer_stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, asked, status, code = time.perf_counter(), _asked(scope), 204, None
        try:
            if asked.browser_hash is None:
                raise SessionUnknown
            news = await self._in_thread(news_for, self._rooms, asked.browser_hash, asked.after)
            if news is not None and self._seats.take(asked.browser_hash):
                status = 200
        except Exception as error:
            told = explain(error)
            status, code = told.status, told.code
        note_request(ROUTE, "GET", status, time.perf_counter() - began, "browser", code)
        if status == 200:
            await self._stream(asked, receive, send)
        elif code:
            await _answer(send, status, PROBLEM, json.dumps({"status": status, "code": code}).encode())
        else:
            await _answer(send, status, (), b"")

    async def _stream(self, asked: Asked, receive: Receive, send: Send) -> None:
        """Hold the stream until it ends, or its browser is gone."""
        browser_hash = str(asked.browser_hash)
        OPEN_STREAMS.inc()
        speaking = asyncio.ensure_future(self._speak(browser_hash, asked.after, send))
        leaving = asyncio.ensure_future(_gone(receive))
        try:
            await asyncio.wait({speaking, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (speaking, leaving):
                task.cancel()
            await asyncio.gather(speaking, leaving, return_exceptions=True)
            self._seats.give_back(browser_hash)
            OPEN_STREAMS.dec()

    async def _speak(self, browser_hash: str, after: int | None, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [*STREAM, *SAFE]})
        await _say(send, OPENING)
        async with self._ear(browser_hash) as ear:
            hearing = Hearing(self._rooms, ear, after)
            while (news := await self._in_thread(hearing.ask)) is not None:
                await _say(send, *said(news))
                while not hearing.is_asking_due:
                    if heard := hearing.heard(await ear.hear(PATIENCE_SECONDS)):
                        await _say(send, *said(heard))
        await send({"type": "http.response.body", "body": b""})

    @asynccontextmanager
    async def _ear(self, browser_hash: str) -> AsyncIterator[LoopEar]:
        ear = LoopEar(browser_hash, asyncio.get_running_loop())
        try:
            await self._in_thread(self._newsroom.take, ear)
            yield ear
        finally:
            self._newsroom.give_back(ear)

    async def _in_thread(self, work: Callable[..., Answer], *about: object) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *about)


def _asked(scope: Scope) -> Asked:
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    token = parse_cookie(headers.get(b"cookie", "")).get(NAME)
    query = parse_qs(scope["query_string"].decode("latin-1"))
    last = headers.get(b"last-event-id") or next(iter(query.get("after", ())), None)
    return Asked(digest(token) if token else None, number_in(last))


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _say(send: Send, *lines: str) -> None:
    await send({"type": "http.response.body", "body": "".join(lines).encode(), "more_body": True})


async def _answer(send: Send, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *SAFE]})
    await send({"type": "http.response.body", "body": body})
