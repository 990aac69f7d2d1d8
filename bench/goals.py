"""The goals of the first version. Those of a ratio are held against `hello` of the same round."""

from bench.figures import Goal

GOALS = {
    ("webhook", "sqlite", "ratio"): Goal(">=", 0.35),
    ("webhook", "sqlite", "p99"): Goal("<=", 150),
    ("webhook", "postgresql", "ratio"): Goal(">=", 0.45),
    ("join", "sqlite", "ratio"): Goal(">=", 0.4),
    ("join", "postgresql", "ratio"): Goal(">=", 0.4),
    ("join", "sqlite", "zoom calls"): Goal("==", 1),
    ("join", "postgresql", "zoom calls"): Goal("==", 1),
    ("stream", "sqlite", "p95"): Goal("<=", 300),
    ("stream", "postgresql", "p95"): Goal("<=", 300),
    ("stream", "sqlite", "missing"): Goal("==", 0),
    ("stream", "postgresql", "missing"): Goal("==", 0),
}


def goal_of(row: str, store: str, name: str) -> Goal | None:
    """The goal of a figure, if it has one."""
    return GOALS.get((row, store, name))
