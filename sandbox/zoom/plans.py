"""What an account may call by its plan: so many a second of each label, and so many a day.

https://developers.zoom.us/docs/api/rate-limits/
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime

from sandbox.zoom import refusals
from sandbox.zoom.state import State
from sandbox.zoom.times import zoom_day

SECOND, MINUTE = 1, 60
# For each label: how many calls within how many seconds, and how many on one UTC day (None: not limited).
PLANS: Mapping[str, Mapping[str, tuple[int, int, int | None]]] = {
    "free": {
        "Light": (4, SECOND, 6_000),
        "Medium": (2, SECOND, 2_000),
        "Heavy": (1, SECOND, 1_000),
        "Resource-intensive": (10, MINUTE, 30_000),
    },
    "pro": {
        "Light": (30, SECOND, None),
        "Medium": (20, SECOND, None),
        "Heavy": (10, SECOND, 30_000),
        "Resource-intensive": (10, MINUTE, 30_000),
    },
    "business": {
        "Light": (80, SECOND, None),
        "Medium": (60, SECOND, None),
        "Heavy": (40, SECOND, 60_000),
        "Resource-intensive": (20, MINUTE, 60_000),
    },
}
# These two share one number a day, but for free accounts.
TOGETHER = ("Heavy", "Resource-intensive")


class PlanLimits:
    """Counts the calls of all apps of the account. Callers hold the world's lock.

    Seconds are real ones, each beginning with the clock's; days are the sandbox's, in UTC.
    """

    def __init__(self, state: State, real: Callable[[], float] = time.time) -> None:
        self._state = state
        self._real = real
        self._counts: dict[str, tuple[int, int]] = {}

    def spend(self, plan: str, category: str, now: datetime) -> None:
        """Count one call. Raises Refusal, counting nothing, where the plan has none left."""
        limit, seconds, a_day = PLANS[plan][category]
        window = int(self._real() // seconds)
        counted, spent = self._counts.get(category, (window, 0))
        spent = spent if counted == window else 0
        if spent >= limit:
            raise refusals.too_fast(category, limit)
        day = f"calls {_together(plan, category)} {zoom_day(now)}"
        spent_today = self._state.spent.get(day, 0)
        if a_day is not None and spent_today >= a_day:
            raise refusals.account_day_spent(category, now, a_day)
        self._counts[category] = (window, spent + 1)
        self._state.spent[day] = spent_today + 1


def _together(plan: str, category: str) -> str:
    return "+".join(TOGETHER) if plan != "free" and category in TOGETHER else category
