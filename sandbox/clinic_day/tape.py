"""Every call of Zoom's API and every webhook of the day, as the simulated Zoom recorded them."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sandbox.run.addresses import Addresses
from sandbox.walk.worlds import called
from sandbox.zoom.operations import OPERATIONS, Operation

Row = Mapping[str, Any]
NAME = "zoom.jsonl"
_ID = re.compile(r"<[^>]+>")
_KINDS = {"QPS": "a second", "Daily-limit": "the account's day"}


class Tape:
    """A file with a line for each exchange, in order."""

    def __init__(self, at: Addresses, folder: Path) -> None:
        self._zoom, self.path = at.zoom, folder / NAME
        self._last = 0
        self.missed = 0
        self.path.write_text("")

    def wind(self) -> None:
        """Take what was recorded since; the simulator forgets after a while."""
        rows: list[Row] = called("GET", f"{self._zoom}/_requests?since={self._last}")
        with self.path.open("a") as file:
            for row in rows:
                self.missed += int(row["n"]) - self._last - 1
                self._last = int(row["n"])
                file.write(json.dumps(row) + "\n")

    def rows(self) -> Iterator[Row]:
        """All of it."""
        with self.path.open() as file:
            yield from map(json.loads, file)


def spent_by(folder: Path, email: str) -> int:
    """How many creates and updates the simulated Zoom counted for a host, of all days."""
    kept = json.loads((folder / "zoom.json").read_text())
    user = kept["hired"].get(email, {}).get("id", email)
    return sum(count for day, count in kept["spent"].items() if day.startswith(f"{user} "))


def operation_of(row: Row) -> Operation | None:
    """Which operation a recorded call asked for; None for what is none of Zoom's."""
    path = str(row["path"]).partition("?")[0].removeprefix("/v2")
    return next((one for one in OPERATIONS if one.method == row["method"] and _is(one, path)), None)


def costs(rows: Iterator[Row]) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """How many calls of each operation, refusals of 429 of each kind, and webhooks of each event."""
    calls, limited, events = Counter[str](), Counter[str](), Counter[str]()
    for row in rows:
        if row["system"] == "webhook":
            events[str(row.get("note", "")).partition(",")[0]] += 1
        elif row["system"] == "zoom":
            operation = operation_of(row)
            calls[operation.id if operation else "unknown"] += 1
            if row["status"] == 429:
                limited[_limit(row)] += 1
    return calls, limited, events


def _limit(row: Row) -> str:
    told = row["response"]["headers"].get("X-RateLimit-Type", "")
    text = row["response"]["body"]
    return _KINDS.get(told) or ("the host's day" if "Create/Update" in text else "the person's day")


def _is(operation: Operation, path: str) -> bool:
    return re.fullmatch(_ID.sub(".+", operation.path), path) is not None
