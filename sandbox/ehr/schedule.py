"""The EHR's own view of its chart: whose day it is, and what one patient's chart holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sandbox.clinic.places import ZONE
from sandbox.clock import instant
from sandbox.ehr.charts import Chart, Page
from sandbox.ehr.elements import Raw, each, first_text
from sandbox.ehr.outcomes import FhirRefusal
from sandbox.ehr.queries import parse_query


@dataclass(frozen=True)
class ScheduleLine:
    """One appointment as a schedule shows it; ``start`` is in the clinic's zone. Raw resources beside it."""

    appointment_id: str
    start: datetime | None
    minutes: int
    status: str
    reason: str
    telehealth: bool
    patient_id: str
    practitioner_id: str
    location_id: str
    encounter_id: str | None
    appointment: Raw
    encounter: Raw | None


@dataclass(frozen=True)
class PatientChart:
    """Everything that the chart holds about one patient, newest first."""

    patient: Raw
    lines: list[ScheduleLine]
    encounters: list[Raw]
    communications: list[Raw]
    documents: list[Raw]


class ChartView:
    """Reads the chart as the EHR's own screens do: without a token."""

    def __init__(self, chart: Chart) -> None:
        self._chart = chart

    def find(self, resource_type: str, *params: tuple[str, str]) -> list[Raw]:
        """Everything that a search finds, all pages."""
        query = parse_query(resource_type, [*params, ("_count", "100")])
        return list(_all_of(self._chart.search(query)))

    def schedule(self, practitioner_id: str | None, day: date) -> list[ScheduleLine]:
        """A day's appointments, of one practitioner or of all, in order of start."""
        whose = [("practitioner", practitioner_id)] if practitioner_id else []
        return self._lines(self.find("Appointment", *whose, *_during(day)))

    def patient_chart(self, patient_id: str) -> PatientChart:
        """One patient's chart. Raises FhirRefusal if there is no such patient."""
        about = ("patient", patient_id)
        return PatientChart(
            patient=self._chart.read("Patient", patient_id),
            lines=self._lines(self.find("Appointment", about))[::-1],
            encounters=self.find("Encounter", about)[::-1],
            communications=self.find("Communication", about)[::-1],
            documents=self.find("DocumentReference", about)[::-1],
        )

    def is_known(self, patient_id: str) -> bool:
        """Whether the chart holds this patient."""
        try:
            return bool(self._chart.read("Patient", patient_id))
        except FhirRefusal:
            return False

    def line(self, appointment_id: str) -> ScheduleLine:
        """One appointment. Raises FhirRefusal if there is none."""
        return self._lines([self._chart.read("Appointment", appointment_id)])[0]

    def _lines(self, appointments: list[Raw]) -> list[ScheduleLine]:
        ids = ",".join(raw["id"] for raw in appointments)
        encounters = self.find("Encounter", ("appointment", ids)) if ids else []
        by_appointment = {
            reference: raw for raw in encounters for reference in each(raw, "appointment", "reference")
        }
        return [_line(raw, by_appointment.get(f"Appointment/{raw['id']}")) for raw in appointments]


def _all_of(page: Page) -> Iterator[Raw]:
    yield from page.resources
    while page.more is not None:
        page = page.more()
        yield from page.resources


def _during(day: date) -> list[tuple[str, str]]:
    start = datetime(day.year, day.month, day.day, tzinfo=ZONE)
    return [("date", f"ge{instant(start)}"), ("date", f"lt{instant(start + timedelta(days=1))}")]


def minutes_of(raw: Raw) -> int:
    """How long an appointment is: as it says, else from its start to its end."""
    start, end = first_text(raw, "start"), first_text(raw, "end")
    if "minutesDuration" in raw or not (start and end):
        return int(raw.get("minutesDuration", 0))
    return int((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() // 60)


def _line(raw: Raw, encounter: Raw | None) -> ScheduleLine:
    start = first_text(raw, "start")
    return ScheduleLine(
        appointment_id=raw["id"],
        start=datetime.fromisoformat(start).astimezone(ZONE) if start else None,
        minutes=minutes_of(raw),
        status=first_text(raw, "status"),
        reason=first_text(raw, "description") or first_text(raw, "reasonCode", "text"),
        telehealth="video" in first_text(raw, "serviceType", "text").lower(),
        patient_id=_actor(raw, "Patient"),
        practitioner_id=_actor(raw, "Practitioner"),
        location_id=_actor(raw, "Location"),
        encounter_id=encounter["id"] if encounter else None,
        appointment=raw,
        encounter=encounter,
    )


def _actor(raw: Raw, resource_type: str) -> str:
    named = (str(one) for one in each(raw, "participant", "actor", "reference"))
    return next((one.partition("/")[2] for one in named if one.startswith(f"{resource_type}/")), "")
