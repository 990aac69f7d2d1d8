"""Requests at a given rate, whether or not the earlier ones are answered yet."""

import asyncio
import time
from collections.abc import Sequence

from bench.http_lines import Connection, connect
from bench.load import Unexpected, ask


async def pace(
    url: str, requests: Sequence[bytes], *, rate: float, connections: int, expect: int
) -> list[float]:
    """Send them all. The epoch second at which each was due. Raises Unexpected for any other status.

    What waits for a free connection waits on the sender's account: its time runs from when it was due.
    """
    free: asyncio.Queue[Connection] = asyncio.Queue()
    lines = [await connect(url) for _ in range(connections)]
    for line in lines:
        free.put_nowait(line)
    began = time.time()
    due = [began + number / rate for number in range(len(requests))]
    async with asyncio.TaskGroup() as sending:
        for request, instant in zip(requests, due, strict=True):
            await asyncio.sleep(max(0.0, instant - time.time()))
            sending.create_task(_send(await free.get(), free, request, expect))
    for line in lines:
        line.close()
    return due


async def _send(line: Connection, free: asyncio.Queue[Connection], request: bytes, expect: int) -> None:
    answer = await ask(line, request)
    if answer is None or answer.status != expect:
        raise Unexpected(f"{answer.status if answer else 'no answer'} instead of {expect}")
    free.put_nowait(line)
