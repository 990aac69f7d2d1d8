"""One row of the outbox, as whoever delivers it sees it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Owed:
    """What is owed, to whom, and which try this is (from 1)."""

    id: str
    kind: str
    visit_id: str
    subject: str
    channel: str | None
    attempts: int


class NotNeeded(Exception):
    """What was promised is of no use any more: the visit is closed, or open again, or the person is gone."""
