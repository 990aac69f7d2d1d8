"""Figures, and what is said of them."""

import json

import pytest

from bench.figures import Figure, Goal, percentile
from bench.goals import goal_of
from bench.plan import Plan
from bench.report import table, write_json

SLOW = Figure("webhook", "sqlite", "ratio", "× hello", (0.2, 0.3, 0.1), Goal(">=", 0.35))
QUICK = Figure("stream", "sqlite", "p95", "ms", (120.0,), Goal("<=", 300))
BARE = Figure("hello", "sqlite", "rate", "/s", (900.0, 1100.0))


def test_the_middle_round_is_held_against_the_goal():
    assert SLOW.median == 0.2
    assert SLOW.verdict == "missed"
    assert QUICK.verdict == "met"


def test_a_figure_without_a_goal_has_no_verdict():
    assert BARE.verdict == ""


@pytest.mark.parametrize(
    ("relation", "met", "missed"), [(">=", 1.0, 0.99), ("<=", 1.0, 1.01), ("==", 1.0, 1.01)]
)
def test_a_goal_is_met_at_its_limit(relation, met, missed):
    goal = Goal(relation, 1.0)

    assert goal.is_met(met)
    assert not goal.is_met(missed)


def test_a_percentile_is_a_value_that_was_measured():
    values = [float(value) for value in range(100, 0, -1)]

    assert [percentile(values, percent) for percent in (50, 95, 99, 100)] == [50, 95, 99, 100]
    assert percentile([7.0], 99) == 7.0


def test_the_table_says_missed_beside_the_goal():
    heading, slow, quick, bare = table([SLOW, QUICK, BARE]).splitlines()

    assert heading.split() == ["row", "on", "figure", "median", "min–max", "goal"]
    assert slow.split()[-3:] == ["≥", "0.35", "missed"]
    assert "0.10–0.30" in slow
    assert quick.split()[-3:] == ["≤", "300", "met"]
    assert bare.endswith("900–1100")


def test_the_json_keeps_every_round(tmp_path):
    write_json(tmp_path / "latest.json", Plan(rate=7), [SLOW, BARE])

    kept = json.loads((tmp_path / "latest.json").read_text())
    slow, bare = kept["figures"]
    assert kept["plan"]["rate"] == 7
    assert slow["values"] == [0.2, 0.3, 0.1]
    assert slow["median"] == 0.2
    assert slow["goal"] == {"relation": ">=", "limit": 0.35}
    assert slow["verdict"] == "missed"
    assert "verdict" not in bare


def test_goals_know_the_database():
    assert goal_of("sqlite", "webhook", "ratio") == Goal(">=", 0.35)
    assert goal_of("postgresql", "webhook", "ratio") == Goal(">=", 0.45)
    assert goal_of("postgresql", "first join", "registrations") == Goal("==", 1)
    assert goal_of("sqlite", "hello", "rate") is None
