"""The goals of the first version. Those of a ratio are held against `hello` of the same round."""

from bench.figures import Goal

_ON_BOTH = {
    ("join", "ratio"): Goal(">=", 0.4),
    ("join", "registrations"): Goal("==", 0),
    ("first join", "registrations"): Goal("==", 1),
    ("start", "Zoom calls"): Goal("<=", 2),
    ("start again", "Zoom calls"): Goal("==", 1),
    ("patient page", "all"): Goal("<=", 60),
    ("patient page", "sheets"): Goal("<=", 15),
    ("schedule", "handling"): Goal("<=", 3),
    ("stream", "p95"): Goal("<=", 300),
    ("stream", "missing"): Goal("==", 0),
    ("silence", "last"): Goal("<=", 30),
    ("silence", "missing"): Goal("==", 0),
}
_ON_ONE = {
    ("sqlite", "webhook", "ratio"): Goal(">=", 0.35),
    ("sqlite", "webhook", "p99"): Goal("<=", 150),
    ("postgresql", "webhook", "ratio"): Goal(">=", 0.45),
}


def goal_of(store: str, row: str, name: str) -> Goal | None:
    """The goal of a figure, if it has one."""
    return _ON_ONE.get((store, row, name)) or _ON_BOTH.get((row, name))
