"""How many calls an account may make at once, by its plan and the label of the call.

https://developers.zoom.us/docs/api/rate-limits/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from zoom_bridge.ports import RateCategory

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@dataclass(frozen=True)
class Rate:
    """So many calls of the whole account within this time."""

    calls: int
    within: timedelta = SECOND


def _rates(light: int, medium: int, heavy: int, intensive: int) -> Mapping[RateCategory, Rate]:
    return {
        RateCategory.LIGHT: Rate(light),
        RateCategory.MEDIUM: Rate(medium),
        RateCategory.HEAVY: Rate(heavy),
        RateCategory.RESOURCE_INTENSIVE: Rate(intensive, MINUTE),
    }


PLANS: Mapping[str, Mapping[RateCategory, Rate]] = {
    "free": _rates(4, 2, 1, 10),
    "pro": _rates(30, 20, 10, 10),
    "business": _rates(80, 60, 40, 20),
}
