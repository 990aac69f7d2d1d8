"""A browser of an ASGI application, which asks and listens from an ordinary thread."""

import asyncio
import queue
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

PATIENCE = 20


class AsgiAnswer:
    """One request under way, with what tests read of a Flask answer: status, type, and the body's blocks."""

    def __init__(self, loop: asyncio.AbstractEventLoop, app: Callable[..., Awaitable[None]], scope: Any):
        self._loop, self._sent = loop, queue.Queue[Mapping[str, Any]]()
        self._left = asyncio.Event()
        self._task = asyncio.run_coroutine_threadsafe(app(scope, self._receive, self._send), loop)
        start = self._sent.get(timeout=PATIENCE)
        self.status_code = start["status"]
        self.headers = {name.decode(): value.decode() for name, value in start["headers"]}
        self.mimetype = self.headers.get("content-type", "").partition(";")[0]
        self.response = self._blocks()

    async def _receive(self) -> Mapping[str, Any]:
        await self._left.wait()
        return {"type": "http.disconnect"}

    async def _send(self, message: Mapping[str, Any]) -> None:
        self._sent.put(message)

    def _blocks(self) -> Iterator[bytes]:
        while True:
            message = self._sent.get(timeout=PATIENCE)
            yield from (block + b"\n\n" for block in message["body"].split(b"\n\n") if block)
            if not message.get("more_body"):
                return

    def close(self) -> None:
        """The browser is gone."""
        self._loop.call_soon_threadsafe(self._left.set)
        self._task.result(PATIENCE)


class AsgiClient:
    """Asks the application, in a loop of its own."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self._app, self._loop = app, asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def get(self, path: str, headers: Mapping[str, str]) -> AsgiAnswer:
        """Open an address."""
        bare, _, query = path.partition("?")
        lines = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        scope = {
            "type": "http",
            "method": "GET",
            "path": bare,
            "query_string": query.encode(),
            "headers": lines,
        }
        return AsgiAnswer(self._loop, self._app, scope)

    def end(self) -> None:
        """Stop the loop."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()
