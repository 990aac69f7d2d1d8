"""Records what goes over the wire while a launch is served: by thread and by the threads that it starts."""

import time
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import requests

from app.bounded import BoundedAdapter
from app.traces.exchange import Exchange
from app.traces.held import held_answer
from app.traces.redaction import kept_answer, kept_form, kept_headers, kept_query, kept_url

MOST = 80


@dataclass
class Tape:
    """What was exchanged so far. `bases` are the FHIR bases: ids stand in their addresses."""

    bases: tuple[str, ...]
    exchanges: list[Exchange] = field(default_factory=list)

    def add(self, exchange: Exchange) -> None:
        """One more, up to a number that no launch needs."""
        if len(self.exchanges) < MOST:
            self.exchanges.append(exchange)


_TAPE: ContextVar[Tape | None] = ContextVar("launch_tape", default=None)


def record_on(tape: Tape | None) -> None:
    """Everything that this context sends is recorded from here on; None: nothing any more."""
    _TAPE.set(tape)


class TapedAdapter(BoundedAdapter):
    """Sends as ever; where a tape runs, it notes what went and came. In a rehearsal no write gets out."""

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """As requests does."""
        held = held_answer(request)
        if held is not None:
            return held
        tape = _TAPE.get()
        if tape is None:
            return super().send(request, *args, **kwargs)
        began, at = time.perf_counter(), datetime.now(UTC)
        try:
            answer = super().send(request, *args, **kwargs)
            body = answer.content
        except requests.RequestException as fault:
            tape.add(_noted(tape, request, at, began, None, b"", type(fault).__name__))
            raise
        tape.add(_noted(tape, request, at, began, answer, body, None))
        return answer


def _noted(
    tape: Tape,
    request: requests.PreparedRequest,
    at: datetime,
    began: float,
    answer: requests.Response | None,
    body: bytes,
    fault: str | None,
) -> Exchange:
    headers: Mapping[str, str] = {name: str(value) for name, value in request.headers.items()}
    url = request.url or ""
    with_token = headers.get("Authorization", "").startswith("Bearer")
    return Exchange(
        way="out",
        at=at.isoformat(timespec="milliseconds"),
        ms=round((time.perf_counter() - began) * 1000, 1),
        method=request.method or "",
        url=kept_url(url, tape.bases, with_token=with_token),
        status=answer.status_code if answer is not None else 0,
        headers=kept_headers(headers),
        sent={**kept_query(urlsplit(url).query), **kept_form(request.body)},
        answer_headers=kept_headers(answer.headers) if answer is not None else {},
        answer=kept_answer(body),
        fault=fault,
    )
