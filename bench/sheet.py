"""Where values are noted until they are figures."""

import statistics

from bench.figures import Figure
from bench.goals import goal_of
from bench.load import Load


class Sheet:
    """The values of one kind of database, one a round for each figure."""

    def __init__(self, store: str) -> None:
        self._store = store
        self._values: dict[tuple[str, str, str], list[float]] = {}

    def note(self, row: str, name: str, unit: str, value: float) -> None:
        """One round's value."""
        self._values.setdefault((row, name, unit), []).append(value)

    def note_load(self, row: str, done: Load, hello: float) -> None:
        """One round of a row, beside the baseline's rate."""
        self.note(row, "ratio", "× hello", done.rate / hello)
        self.note(row, "rate", "/s", done.rate)
        self.note(row, "p50", "ms", done.p(50))
        self.note(row, "p99", "ms", done.p(99))

    def note_cpu(self, row: str, done: Load, seconds: float) -> None:
        """What the server spent on it, in milliseconds of one core an answer."""
        self.note(row, "cpu", "ms an answer", seconds * 1000 / len(done.took_ms))

    def note_cpu_of_webhooks(self, row: str, count: int, seconds: float) -> None:
        """As `note_cpu`, of so many webhooks and all that follows them until pages are told."""
        self.note(row, "cpu", "ms a webhook", seconds * 1000 / count)

    def median(self, row: str, name: str) -> float:
        """The middle one of the values that a figure has so far."""
        found = (values for (of, called, _), values in self._values.items() if (of, called) == (row, name))
        return statistics.median(next(found))

    def figures(self) -> list[Figure]:
        """All of them, in the order of their first values."""
        return [
            Figure(row, self._store, name, unit, tuple(values), goal_of(self._store, row, name))
            for (row, name, unit), values in self._values.items()
        ]
