"""A front proxy as a deployment has one: the event streams to one process, all else to the web in turn."""

import asyncio
import itertools
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

STREAM = b"GET /events/stream"
HEAD_END = b"\r\n\r\n"
Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class FrontProxy:
    """Forwards one request a connection, since the next one may belong elsewhere."""

    def __init__(self, web: Sequence[int], events: int) -> None:
        self._web, self._events = web, events
        self._turns = itertools.cycle(range(len(web)))
        self._under_way: set[asyncio.Task[None]] = set()

    async def serve(self, port: int, ready: threading.Event, stop: asyncio.Event) -> None:
        """Serve until it is told to stop; then no connection is left open."""
        server = await asyncio.start_server(self._take, "localhost", port)
        ready.set()
        await stop.wait()
        server.close()
        for task in tuple(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(self._forward((reader, writer)))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _forward(self, down: Line) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            try:
                head = await down[0].readuntil(HEAD_END)
                up = await self._upstream(is_stream=head.startswith(STREAM))
                try:
                    up[1].write(_for_one_request(head))
                    await _carry(down, up, until_gone=head.startswith(STREAM))
                finally:
                    await _close(up)
            finally:
                await _close(down)

    async def _upstream(self, *, is_stream: bool) -> Line:
        """A web that is down is passed by."""
        turn = next(self._turns)
        for port in [self._events] if is_stream else [*self._web[turn:], *self._web[:turn]]:
            with suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", port)
        raise ConnectionRefusedError


@contextmanager
def front_proxy(port: int, web: Sequence[int], events: int) -> Iterator[None]:
    """Forward what comes to `port` of this machine until the block ends."""
    ready, loop, stop = threading.Event(), asyncio.new_event_loop(), asyncio.Event()
    serving = FrontProxy(web, events).serve(port, ready, stop)
    thread = threading.Thread(target=loop.run_until_complete, args=(serving,), name="front proxy")
    thread.start()
    assert ready.wait(10)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


async def _carry(down: Line, up: Line, *, until_gone: bool) -> None:
    """Both ways, until the answer is over, or whoever listens to a stream is gone."""
    there, back = (asyncio.ensure_future(_pipe(*way)) for way in ((down[0], up[1]), (up[0], down[1])))
    try:
        await asyncio.wait({there, back} if until_gone else {back}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (there, back):
            task.cancel()
        await asyncio.gather(there, back, return_exceptions=True)


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while part := await reader.read(65536):
        writer.write(part)
        await writer.drain()


async def _close(line: Line) -> None:
    line[1].close()
    with suppress(OSError):
        await line[1].wait_closed()


def _for_one_request(head: bytes) -> bytes:
    lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
    return b"\r\n".join([*lines[:-2], b"Connection: close", b"", b""])
