"""How many requests an hour an EHR is asked, spread over it, and who goes without when they are few."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.visits.windows import Band

# Of what may be asked at once, how much a band leaves to those before it.
LEFT = {Band.NEAR: 0.0, Band.TODAY: 0.1, Band.LATER: 0.25}
# A search and what is around one appointment: whoever begins with less has to begin again.
ENOUGH = {Band.NEAR: 6.0, Band.TODAY: 10.0, Band.LATER: math.inf}
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Allowance:
    """Requests that may be made at once, as of an instant. A whole hour never sees more than its number."""

    tokens: float
    at: datetime


def at_once(per_hour: int) -> int:
    """How many requests may follow each other without a pause."""
    return max(1, min(max(20, per_hour // 10), per_hour * 2 // 3))


def spent_by(left: Allowance | None, band: Band, per_hour: int, now: datetime) -> Allowance | timedelta:
    """What is left after one request for the band, or how long it has to wait."""
    full, each_second = at_once(per_hour), _each_second(per_hour)
    before = left_by(left, per_hour, now)
    if before < 1 + LEFT[band] * (full - 1):
        return timedelta(seconds=max(min(ENOUGH[band], full) - before, 1.0) / each_second)
    return Allowance(before - 1, now)


def left_by(left: Allowance | None, per_hour: int, now: datetime) -> float:
    """How many requests may be made at once by now; None: none has been made yet."""
    full = float(at_once(per_hour))
    if left is None:
        return full
    passed = max((now - left.at).total_seconds(), 0.0)
    return min(left.tokens + passed * _each_second(per_hour), full)


def _each_second(per_hour: int) -> float:
    return max(per_hour - at_once(per_hour), per_hour / 4) / HOUR.total_seconds()
