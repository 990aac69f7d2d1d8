"""What apps have written to the chart, in the order it came: the EHR shows it on a tab of its own."""

import threading
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from sandbox.clock import Clock, instant
from sandbox.ehr.bearer import Bearer
from sandbox.ehr.elements import Raw

KEPT = 5000


@dataclass(frozen=True)
class Written:
    """One write: ``user`` is ``Practitioner/…`` or a client; ``resource`` is what the chart kept."""

    n: int
    at: str
    interaction: str
    reference: str
    version: str
    client_id: str
    user: str
    resource: Raw


class WrittenList:
    """The last writes, oldest first, numbered from 1."""

    def __init__(self, clock: Clock, changed: Callable[[], None]) -> None:
        self._clock = clock
        self._changed = changed
        self._rows: list[Written] = []
        self._lock = threading.Lock()

    def record(self, bearer: Bearer, interaction: str, raw: Raw) -> None:
        """Keep one write."""
        reference = f"{raw['resourceType']}/{raw['id']}"
        self.tell(bearer, interaction, reference, raw)

    def tell(self, bearer: Bearer, interaction: str, reference: str, raw: Raw) -> None:
        """Keep what was told of a resource, which ``raw`` need not be."""
        with self._lock:
            row = Written(
                n=self._rows[-1].n + 1 if self._rows else 1,
                at=instant(self._clock.now()),
                interaction=interaction,
                reference=reference,
                version=str(raw.get("meta", {}).get("versionId", "")),
                client_id=bearer.client_id,
                user=bearer.user,
                resource=raw,
            )
            self._rows = [*self._rows, row][-KEPT:]
        self._changed()

    def rows(self) -> list[Written]:
        """All that are kept."""
        return list(self._rows)

    def dump(self) -> list[dict[str, Any]]:
        """For the snapshot and the control API."""
        return [asdict(row) for row in self._rows]

    def load(self, rows: list[dict[str, Any]]) -> None:
        """Take over the rows of a snapshot, and only these."""
        self._rows = [Written(**row) for row in rows]
