"""Figures: one value a round, their median and spread, and the goal that they are held against."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Relation = Literal[">=", "<=", "=="]


@dataclass(frozen=True)
class Goal:
    """What the median of a figure should be."""

    relation: Relation
    limit: float

    def is_met(self, value: float) -> bool:
        """Whether the value is good enough."""
        if self.relation == "==":
            return math.isclose(value, self.limit)
        return value >= self.limit if self.relation == ">=" else value <= self.limit


@dataclass(frozen=True)
class Figure:
    """One line of the table. `values` holds one value a round."""

    row: str
    store: str
    name: str
    unit: str
    values: tuple[float, ...]
    goal: Goal | None = None

    @property
    def median(self) -> float:
        """The middle one of the rounds."""
        return statistics.median(self.values)

    @property
    def verdict(self) -> str:
        """`met`, `missed`, or nothing where there is no goal."""
        if self.goal is None:
            return ""
        return "met" if self.goal.is_met(self.median) else "missed"


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that `percent` of all are not above (nearest rank). Raises ValueError for none."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]
