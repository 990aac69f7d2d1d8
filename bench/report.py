"""The figures as a table to read and as JSON to keep."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figure
from bench.plan import Plan

HEADINGS = ("row", "on", "figure", "median", "min–max", "goal", "")


def table(figures: Sequence[Figure]) -> str:
    """One line a figure, with its goal and whether it is met."""
    lines = [HEADINGS, *(_cells(figure) for figure in figures)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    padded = (
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines
    )
    return "\n".join(line.rstrip() for line in padded)


def write_json(path: Path, plan: Plan, figures: Sequence[Figure]) -> None:
    """Keep the run: when, where, how, and every round of every figure."""
    told = {
        "made": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cpus": os.cpu_count(), "python": platform.python_version(), "load": os.getloadavg()},
        "plan": asdict(plan),
        "figures": [_as_json(figure) for figure in figures],
    }
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")


def _as_json(figure: Figure) -> dict[str, object]:
    kept = asdict(figure) | {"median": figure.median}
    return kept | ({"verdict": figure.verdict} if figure.goal else {})


def _cells(figure: Figure) -> tuple[str, ...]:
    low, high = min(figure.values), max(figure.values)
    spread = f"{_number(low)}–{_number(high)}" if len(figure.values) > 1 else ""
    goal = f"{_SIGNS[figure.goal.relation]} {_number(figure.goal.limit)}" if figure.goal else ""
    median = f"{_number(figure.median)} {figure.unit}"
    return figure.row, figure.store, figure.name, median, spread, goal, figure.verdict


_SIGNS = {">=": "≥", "<=": "≤", "==": "="}


def _number(value: float) -> str:
    if value == int(value) or abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.2f}" if abs(value) < 10 else f"{value:.1f}"
