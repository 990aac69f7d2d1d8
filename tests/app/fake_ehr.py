"""The port `Ehr` over a real chart: whose name there is to write in, a test decides."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from app.ports import OwnerChart, SystemChart
from fhir.capability import Capabilities, read_capabilities
from fhir.client import FhirClient
from launch.scopes import GrantedScopes

SYSTEM = "system/Appointment.rus system/Encounter.rus system/Communication.crs system/DocumentReference.rs"
USER = "user/DocumentReference.crs user/Appointment.ru user/Communication.cs"


@dataclass
class FakeEhr:
    """`owners` are those who are signed in; None: everybody. `opened` counts charts by name."""

    chart: Callable[[], FhirClient]
    system: str | None = SYSTEM
    user: str = USER
    owners: set[str] | None = None
    opened: Counter[str] = field(default_factory=Counter)

    def system_chart(self, _site: str, before: Callable[[], None] | None = None) -> SystemChart | None:
        if self.system is None:
            return None
        self.opened["system"] += 1
        chart = self.chart()
        if before is not None:
            plain, hold = chart._wire._bearer, before
            chart._wire._bearer = lambda: (hold(), plain())[1]  # type: ignore[func-returns-value]
        return SystemChart(chart, GrantedScopes.parse(self.system))

    def owner_chart(self, _site: str, staff_id: str) -> OwnerChart | None:
        if self.owners is not None and staff_id not in self.owners:
            return None
        self.opened[staff_id] += 1
        return OwnerChart(self.chart(), GrantedScopes.parse(self.user))

    def capabilities(self, chart: FhirClient) -> Capabilities:
        return read_capabilities(chart)
