"""The load generator: so many connections, each asks again as soon as it is answered."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from bench.figures import percentile
from bench.http_lines import Answer, Connection, ConnectionBroke, connect


class Unexpected(Exception):
    """Some answers were not what the row is about, so its figures would mean nothing."""


@dataclass
class Load:
    """What came of it. `cpu` is the share of one core that the generator itself used."""

    seconds: float = 0.0
    cpu: float = 0.0
    took_ms: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.took_ms) / self.seconds

    def p(self, percent: float) -> float:
        """Milliseconds that `percent` of the answers took at most, from the moment they were asked for."""
        return percentile(self.took_ms, percent)


def load(url: str, requests: Iterator[bytes], *, seconds: float, connections: int, expect: int) -> Load:
    """Ask until the time is over or the requests are spent. Raises Unexpected for any other status."""
    done = asyncio.run(_load(url, requests, seconds, connections))
    if not done.took_ms or set(done.statuses) != {expect}:
        raise Unexpected(f"{url}: {dict(done.statuses)} instead of {expect} (0: no answer)")
    return done


async def _load(url: str, requests: Iterator[bytes], seconds: float, connections: int) -> Load:
    lines = [await connect(url) for _ in range(connections)]
    done = Load()
    began, cpu_began = time.perf_counter(), time.process_time()
    await asyncio.gather(*(_keep_asking(line, requests, began + seconds, done) for line in lines))
    done.seconds = time.perf_counter() - began
    done.cpu = (time.process_time() - cpu_began) / done.seconds
    for line in lines:
        line.close()
    return done


async def _keep_asking(line: Connection, requests: Iterator[bytes], until: float, done: Load) -> None:
    for request in requests:
        asked = time.perf_counter()
        answer = await ask(line, request)
        now = time.perf_counter()
        done.statuses[answer.status if answer else 0] += 1
        if answer is None:
            return
        done.took_ms.append((now - asked) * 1000)
        if now >= until:
            return


async def ask(line: Connection, request: bytes) -> Answer | None:
    """The answer, or None if the line broke."""
    try:
        return await line.ask(request)
    except ConnectionBroke:
        return None
