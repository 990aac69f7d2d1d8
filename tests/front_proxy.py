"""A front proxy as a deployment has one: the event streams to one process, all else to the web in turn."""

import asyncio
import itertools
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

STREAM = b"GET /events/stream"
HEAD_END = b"\r\n\r\n"


@contextmanager
def front_proxy(port: int, web: Sequence[int], events: int) -> Iterator[None]:
    """Forward what comes to `port` of this machine until the block ends. A web that is down is passed by."""
    loop, ready = asyncio.new_event_loop(), threading.Event()
    turns = itertools.cycle(range(len(web)))

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError):
            head = await reader.readuntil(HEAD_END)
            turn = next(turns)
            ports = [events] if head.startswith(STREAM) else [*web[turn:], *web[:turn]]
            up_reader, up_writer = await _first_that_answers(ports)
            # One request a connection: the next one may belong elsewhere.
            lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
            up_writer.write(b"\r\n".join([*lines[:-2], b"Connection: close", b"", b""]))
            back = asyncio.ensure_future(_pipe(up_reader, writer))
            there = asyncio.ensure_future(_pipe(reader, up_writer))
            await asyncio.wait({back, there}, return_when=asyncio.FIRST_COMPLETED)
            if not back.done() and not there.cancelled():
                with suppress(TimeoutError):
                    await asyncio.wait_for(asyncio.shield(back), 0.05 if head.startswith(STREAM) else 30)
            for task in (back, there):
                task.cancel()
            up_writer.close()
        writer.close()

    async def serve() -> None:
        server = await asyncio.start_server(forward, "localhost", port)
        ready.set()
        async with server:
            await server.serve_forever()

    def run() -> None:
        asyncio.set_event_loop(loop)
        with suppress(asyncio.CancelledError):
            loop.run_until_complete(task)
        rest = asyncio.all_tasks(loop)
        for one in rest:
            one.cancel()
        loop.run_until_complete(asyncio.gather(*rest, return_exceptions=True))
        loop.close()

    task = loop.create_task(serve())
    thread = threading.Thread(target=run, name="front proxy", daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(10)


async def _first_that_answers(ports: Sequence[int]) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    for port in ports:
        with suppress(OSError):
            return await asyncio.open_connection("127.0.0.1", port)
    raise ConnectionRefusedError


async def _pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while part := await reader.read(65536):
        writer.write(part)
        await writer.drain()
    with suppress(OSError):
        writer.write_eof()
