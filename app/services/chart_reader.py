"""Reads each resource of a chart once, and all that is known to be needed at once."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from contextvars import copy_context
from datetime import datetime
from typing import Any, TypeVar

from fhir.client import FhirClient
from fhir.encounters import ChartEncounter, read_encounter
from fhir.errors import FhirError
from fhir.locations import ChartLocation, read_location
from fhir.patients import ChartPatient, read_patient
from fhir.practitioners import ChartPractitioner, read_practitioner, unread_practitioner
from fhir.references import Reference, id_of

T = TypeVar("T")


class ChartReader:
    """Asking begins a reading; the answer is a future. What a visit can do without never raises."""

    def __init__(self, chart: FhirClient, pool: Executor, now: datetime) -> None:
        self._chart = chart
        self._pool = pool
        self._now = now
        self._asked: dict[tuple[str, str], Future[Any]] = {}

    def patient(self, patient_id: str) -> Future[ChartPatient]:
        """The patient. The future raises the chart's errors."""
        return self._ask("Patient", patient_id, lambda: read_patient(self._chart, patient_id, self._now))

    def practitioner(self, practitioner_id: str) -> Future[ChartPractitioner]:
        """The practitioner; only the id where the chart does not let us read more."""
        unread = unread_practitioner(practitioner_id)
        read = _or(unread, lambda: read_practitioner(self._chart, practitioner_id))
        return self._ask("Practitioner", practitioner_id, read)

    def location(self, location_id: str) -> Future[ChartLocation | None]:
        """The place, or None."""
        read = _or(None, lambda: read_location(self._chart, location_id))
        return self._ask("Location", location_id, read)

    def encounter(self, encounter_id: str) -> Future[ChartEncounter | None]:
        """The encounter, or None."""
        read = _or(None, lambda: read_encounter(self._chart, encounter_id))
        return self._ask("Encounter", encounter_id, read)

    def user(self, user: Reference) -> Future[ChartPractitioner | None]:
        """The practitioner behind a fhirUser, or None: a Person need not be one."""
        if user.resource_type == "Practitioner":
            return self.practitioner(user.id)  # type: ignore[return-value]  # a Future of less is one of more
        return self._ask(user.resource_type, user.id, _or(None, lambda: self._in_role(user)))

    def _in_role(self, user: Reference) -> ChartPractitioner | None:
        if user.resource_type != "PractitionerRole":
            return None
        role = self._chart.read("PractitionerRole", user.id)
        found = id_of(role.get("practitioner"), "Practitioner")
        return read_practitioner(self._chart, found) if found else None

    def _ask(self, kind: str, resource_id: str, read: Callable[[], T]) -> Future[T]:
        key = (kind, resource_id)
        if key not in self._asked:
            # What is read beside is on the launch's record, too.
            self._asked[key] = self._pool.submit(copy_context().run, read)
        return self._asked[key]


def _or(otherwise: T, read: Callable[[], T]) -> Callable[[], T]:
    def attempt() -> T:
        try:
            return read()
        except FhirError:
            return otherwise

    return attempt
