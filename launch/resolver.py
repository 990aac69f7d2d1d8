"""Which appointment a launch is about: by what the EHR told, best first."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from fhir.appointments import ChartAppointment, read_appointment, search_appointments
from fhir.client import FhirClient
from fhir.encounters import ChartEncounter, read_encounter
from fhir.errors import ChartForbidden, ChartNotFound, ChartRefused
from launch.context import LaunchContext

T = TypeVar("T")
NEAR = timedelta(hours=2)
PASSED_OVER = (ChartNotFound, ChartForbidden, ChartRefused)


class FoundBy(StrEnum):
    """How the appointment was found; the visit's page says so."""

    CONTEXT = "context"
    ENCOUNTER = "encounter"
    CSN = "csn"
    SEARCH = "search"
    PICK = "pick"
    NONE = "none"


@dataclass(frozen=True)
class Resolution:
    """The appointment, or those from which a person must pick, or neither (an ad hoc visit)."""

    found_by: FoundBy
    appointment: ChartAppointment | None
    encounter: ChartEncounter | None
    candidates: tuple[ChartAppointment, ...] = ()


def resolve_appointment(
    context: LaunchContext, chart: FhirClient, *, now: datetime, zone: ZoneInfo
) -> Resolution:
    """Context, then the encounter's appointment, then today's appointments of the patient.

    One read with the appointment in context; two in a row with only the encounter. A link in the chart that
    leads nowhere, or that we may not follow, is passed over.
    """
    if context.appointment:
        found = _try(lambda: read_appointment(chart, context.appointment or ""))
        if found and _is_of(found, context):
            return Resolution(FoundBy.CONTEXT, found, None)
    encounter = _encounter(context, chart)
    for appointment_id in encounter.appointment_ids if encounter else ():
        found = _try(lambda wanted=appointment_id: read_appointment(chart, wanted))  # type: ignore[misc]  # bound now
        if found and _is_of(found, context):
            return Resolution(FoundBy.ENCOUNTER, found, encounter)
    return _by_search(context, chart, encounter, now, zone)


def _encounter(context: LaunchContext, chart: FhirClient) -> ChartEncounter | None:
    if context.encounter is None or not context.granted.allows("Encounter", "r"):
        return None
    return _try(lambda: read_encounter(chart, context.encounter or ""))


def _by_search(
    context: LaunchContext,
    chart: FhirClient,
    encounter: ChartEncounter | None,
    now: datetime,
    zone: ZoneInfo,
) -> Resolution:
    patient = context.patient
    if patient is None or not context.granted.allows("Appointment", "s"):
        return Resolution(FoundBy.NONE, None, encounter)
    start = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    end = (start + timedelta(days=1)).replace(hour=0)
    today = _try(lambda: tuple(search_appointments(chart, "patient", patient, start, end))) or ()
    alive = tuple(found for found in today if found.start and not found.is_cancelled)
    near = [found for found in alive if found.start and abs(found.start - now) <= NEAR]
    for choice in (near, alive):
        if len(choice) == 1:
            return Resolution(FoundBy.SEARCH, choice[0], encounter)
    if alive:
        return Resolution(
            FoundBy.PICK, None, encounter, tuple(sorted(alive, key=lambda found: found.start or now))
        )
    return Resolution(FoundBy.NONE, None, encounter)


def _is_of(found: ChartAppointment, context: LaunchContext) -> bool:
    """Never another patient's appointment, whatever the context says."""
    return context.patient is None or found.patient_id in (None, context.patient)


def _try(read: Callable[[], T]) -> T | None:
    try:
        return read()
    except PASSED_OVER:
        return None
