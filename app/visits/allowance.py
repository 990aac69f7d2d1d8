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
    full = at_once(per_hour)
    each_second = max(per_hour - full, per_hour / 4) / HOUR.total_seconds()
    before = _refilled(left, full, each_second, now)
    if before < 1 + LEFT[band] * (full - 1):
        return timedelta(seconds=max(min(ENOUGH[band], full) - before, 1.0) / each_second)
    return Allowance(before - 1, now)


def _refilled(left: Allowance | None, full: int, each_second: float, now: datetime) -> float:
    if left is None:
        return float(full)
    passed = max((now - left.at).total_seconds(), 0.0)
    return min(left.tokens + passed * each_second, float(full))
