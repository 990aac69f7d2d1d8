"""What is other in a launch than in the last good one of the same EHR."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.store.launch_traces import Trace
from app.traces.exchange import Exchange

# Differs each time, and says nothing.
EVER_OTHER = frozenset({"date", "content-length", "total", "entries", "expires_in"})
SLOWER = 3.0
SLOW_MS = 500


class Kind(StrEnum):
    """In what way it differs."""

    NOT_ASKED = "not_asked"  # the good one asked this, this one did not come so far
    NEW = "new"
    STATUS = "status"
    FIELD = "field"
    SLOWER = "slower"
    SCOPES_LESS = "scopes_less"
    SCOPES_MORE = "scopes_more"


@dataclass(frozen=True)
class Other:
    """A difference: where, `was` in the good launch, `now` in this one."""

    kind: Kind
    where: str
    was: str = ""
    now: str = ""


def differences(good: Trace, trace: Trace) -> tuple[Other, ...]:
    """Scopes first, then step by step."""
    return (*_scopes(good, trace), *_steps(good, trace))


def _scopes(good: Trace, trace: Trace) -> Iterator[Other]:
    for name, was, now in (
        ("asked", good.asked, trace.asked),
        ("granted", good.granted, trace.granted),
    ):
        before, after = set(was.split()), set(now.split())
        if not after:
            continue
        if before - after:
            yield Other(Kind.SCOPES_LESS, name, was=" ".join(sorted(before - after)))
        if after - before:
            yield Other(Kind.SCOPES_MORE, name, now=" ".join(sorted(after - before)))


def _steps(good: Trace, trace: Trace) -> Iterator[Other]:
    before, after = _first_of_each(good), _first_of_each(trace)
    for step, now in after.items():
        was = before.get(step)
        if was is None:
            yield Other(Kind.NEW, step, now=_status(now))
        else:
            yield from _step(step, was, now)
    for step, was in before.items():
        # What an EHR says of itself is remembered for a while: its absence says nothing.
        if step not in after and "/.well-known/" not in step and "jwks" not in step:
            yield Other(Kind.NOT_ASKED, step, was=_status(was))


def _step(step: str, was: Exchange, now: Exchange) -> Iterator[Other]:
    if _status(was) != _status(now):
        yield Other(Kind.STATUS, step, _status(was), _status(now))
    fields = (*_other_fields(was.sent, now.sent), *_other_fields(was.answer, now.answer))
    for name, before, after in fields:
        # What an error does not have is no news.
        if after or _status(was) == _status(now):
            yield Other(Kind.FIELD, f"{step} · {name}", before, after)
    if now.ms > SLOW_MS and now.ms > SLOWER * was.ms:
        yield Other(Kind.SLOWER, step, f"{was.ms:.0f} ms", f"{now.ms:.0f} ms")


def _other_fields(was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    for name in dict.fromkeys((*was, *now)):
        if name not in EVER_OTHER and name != "scope" and was.get(name) != now.get(name):
            yield name, was.get(name, ""), now.get(name, "")


def _first_of_each(trace: Trace) -> dict[str, Exchange]:
    found: dict[str, Exchange] = {}
    for exchange in trace.exchanges:
        found.setdefault(exchange.step, exchange)
    return found


def _status(one: Exchange) -> str:
    return one.fault or str(one.status)
