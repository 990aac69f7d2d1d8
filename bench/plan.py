"""What one run measures, and for how long."""

from dataclasses import dataclass

ROWS = (
    "webhook",
    "join",
    "first join",
    "start",
    "launch",
    "pages",
    "schedule",
    "stream",
    "silence",
    "growth",
)


@dataclass(frozen=True)
class Plan:
    """`seconds` is one throughput measurement, `stream_seconds` the stream's; `rate` is webhooks a second.

    `past` is how many visits and deliveries are there already where growth is measured. `patients` come
    unheard, and wait for a look: `poll_seconds` is the product's setting.
    """

    seconds: float = 2.0
    rounds: int = 3
    rate: int = 100
    stream_seconds: float = 60.0
    pages: int = 1
    past: int = 100_000
    connections: int = 16
    patients: int = 20
    poll_seconds: float = 20.0
    only: tuple[str, ...] = ROWS

    def wants(self, row: str) -> bool:
        """Whether the row is measured."""
        return row in self.only
