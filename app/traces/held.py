"""A rehearsal: what would be written to a chart is stopped at the wire, and answered as if it had been."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import requests

WRITES = ("application/fhir+json", "application/json-patch+json")


@dataclass(frozen=True)
class HeldWrite:
    """What would have been sent. `size`: bytes of its body."""

    method: str
    size: int


@dataclass
class Hold:
    """All that was held so far."""

    writes: list[HeldWrite] = field(default_factory=list)


_HOLD: ContextVar[Hold | None] = ContextVar("held_writes", default=None)


@contextmanager
def holding() -> Iterator[Hold]:
    """Until the block ends, nothing that this context sends changes a chart; tokens are asked for as ever."""
    hold = Hold()
    token = _HOLD.set(hold)
    try:
        yield hold
    finally:
        _HOLD.reset(token)


def held_answer(request: requests.PreparedRequest) -> requests.Response | None:
    """The answer to a write that is held; None for all else."""
    hold = _HOLD.get()
    if hold is None or not _is_write(request):
        return None
    body = request.body or b""
    hold.writes.append(HeldWrite(request.method or "", len(body)))
    answer = requests.Response()
    answer.status_code = 201 if request.method == "POST" else 200
    answer.url, answer.request, answer.raw = request.url or "", request, io.BytesIO(b"")
    if request.method == "POST":
        answer.headers["Location"] = f"{request.url}/held"
    return answer


def _is_write(request: requests.PreparedRequest) -> bool:
    """Charts are read with a token: a GET with a password tells an EHR something, where it takes facts so."""
    kind = str(request.headers.get("Content-Type", ""))
    is_by_password = str(request.headers.get("Authorization", "")).startswith("Basic ")
    return kind.startswith(WRITES) or (request.method == "GET" and is_by_password)
