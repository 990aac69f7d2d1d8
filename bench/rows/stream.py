"""Webhooks at a steady rate, and when each one's line is on the provider's open page."""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bench.clinic import OpenVisit, open_visits
from bench.deliveries import MOVES, PATH, mixed, signed_request
from bench.deployment import Deployment
from bench.load import Unexpected
from bench.open_page import PRESENCE, OpenPage, open_page
from bench.pacing import pace
from bench.plan import Plan

APART_SECONDS = 2
GRACE_SECONDS = 10.0
VISITS_A_DAY = 40
OPENING_SECONDS = 0.5


@dataclass(frozen=True)
class Heard:
    """What all pages together have heard. Milliseconds from when a webhook was due to its line."""

    took_ms: tuple[float, ...]
    missing: int
    cpu: float
    sent: int


def hear_lines(here: Deployment, plan: Plan) -> Heard:
    """Send and listen for `stream_seconds`. Raises Unexpected if a webhook is refused or a stream ends."""
    count = max(1, round(plan.rate * plan.stream_seconds))
    visits = open_visits(here.database, -(-count // len(MOVES)), joined=True)
    at_once, apart = plan.rate * APART_SECONDS, timedelta(seconds=APART_SECONDS)
    sent = list(mixed(visits, MOVES, at_once, apart))[:count]
    pages = [open_page(here.database, day) for day in days_of(visits, plan.pages)]
    return asyncio.run(_hear(here, plan, sent, pages))


def days_of(visits: Sequence[OpenVisit], pages: int) -> list[Sequence[OpenVisit]]:
    """What each page shows: one provider's day, spread evenly over all the calls of the hospital."""
    step = max(1, len(visits) // VISITS_A_DAY)
    return [visits[page % step :: step][:VISITS_A_DAY] for page in range(pages)]


async def _hear(
    here: Deployment, plan: Plan, sent: Sequence[tuple[OpenVisit, bytes]], pages: Sequence[OpenPage]
) -> Heard:
    requests = [signed_request(here.app, body) for _, body in sent]
    streams = [asyncio.create_task(page.listen(here.events)) for page in pages]
    await opened(pages, streams)
    began, cpu_began = time.perf_counter(), time.process_time()
    due = await pace(here.app + PATH, requests, rate=plan.rate, connections=plan.connections, expect=204)
    told = [(visit.id, instant) for (visit, _), instant in zip(sent, due, strict=True)]
    expected = [sum(visit_id in page.visits for visit_id, _ in told) for page in pages]
    await _wait_for_the_last(pages, streams, expected)
    cpu = (time.process_time() - cpu_began) / (time.perf_counter() - began)
    for stream in streams:
        stream.cancel()
    took = [ms for page in pages for ms in delays(told, page)]
    return Heard(tuple(took), sum(expected) - len(took), cpu, len(sent))


async def opened(pages: Sequence[OpenPage], streams: Sequence[asyncio.Task[None]]) -> None:
    """Wait until all pages listen. Raises Unexpected."""
    for page, stream in zip(pages, streams, strict=True):
        opening = asyncio.create_task(page.opened.wait())
        await asyncio.wait((opening, stream), timeout=GRACE_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        if not page.opened.is_set():
            opening.cancel()
            raise Unexpected("a stream did not open")
    # The ear is taken after the first line.
    await asyncio.sleep(OPENING_SECONDS)


async def _wait_for_the_last(
    pages: Sequence[OpenPage], streams: Sequence[asyncio.Task[None]], expected: Sequence[int]
) -> None:
    until = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < until and any(map(_lacks, pages, expected)):
        await asyncio.sleep(0.05)
    for stream in streams:
        if stream.done():
            raise stream.exception() or Unexpected("the stream ended")


def _lacks(page: OpenPage, expected: int) -> bool:
    return sum(kind == PRESENCE for _, kind, _ in page.lines) < expected


def delays(sent: Sequence[tuple[str, float]], page: OpenPage) -> list[float]:
    """Milliseconds from each sent event to its line: a visit's lines come in the order of its events."""
    due: dict[str, deque[float]] = defaultdict(deque)
    for visit_id, instant in sent:
        due[visit_id].append(instant)
    return [
        (at - due[visit_id].popleft()) * 1000
        for visit_id, kind, at in page.lines
        if kind == PRESENCE and due[visit_id]
    ]
