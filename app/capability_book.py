"""What FHIR servers say that they can do, kept for a while: some CapabilityStatements are a megabyte long."""

import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.ports import Clock
from fhir.capability import Capabilities, read_capabilities
from fhir.client import FhirClient

LIVES = timedelta(hours=1)


@dataclass
class CapabilityBook:
    """One entry for each FHIR base that this process has asked. `wall` is real time."""

    wall: Clock
    _known: dict[str, tuple[Capabilities, datetime]] = field(default_factory=dict)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def of(self, chart: FhirClient) -> Capabilities:
        """What this chart's server says. Raises the errors of a read."""
        now = self.wall.now()
        with self._guard:
            known = self._known.get(chart.base_url)
        if known is not None and now < known[1] + LIVES:
            return known[0]
        told = read_capabilities(chart)
        with self._guard:
            self._known[chart.base_url] = (told, now)
        return told
