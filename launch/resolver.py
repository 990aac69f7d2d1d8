"""Which appointment a launch is about: by what the EHR told, best first."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from zoneinfo import ZoneInfo

from fhir.appointments import (
    ChartAppointment,
    read_appointment,
    search_appointments,
    search_appointments_called,
)
from fhir.client import FhirClient
from fhir.encounters import ChartEncounter, read_encounter, search_encounters_called
from fhir.errors import ChartAnswerMalformed, ChartForbidden, ChartNotFound, ChartRefused, ForeignReference
from fhir.identifiers import number_under
from launch.context import LaunchContext

T = TypeVar("T")
NEAR = timedelta(hours=2)
# A number is of one visit, which may be opened long before or after it.
FAR = timedelta(days=31)
PASSED_OVER = (ChartNotFound, ChartForbidden, ChartRefused, ChartAnswerMalformed, ForeignReference)


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
    context: LaunchContext,
    chart: FhirClient,
    *,
    now: datetime,
    zone: ZoneInfo,
    csn_systems: Iterable[str] = (),
    csn_suffixes: tuple[str, ...] = (),
) -> Resolution:
    """The appointment in context, by contact serial number, of the encounter, then the patient's of today.

    One read with the appointment in context, two in a row with only the encounter. A link in the chart that
    leads nowhere, to another patient, or where we may not follow, is passed over. Raises the chart's errors
    for a chart that is out of reach.
    """
    trail = _Trail(context, chart)
    if context.appointment and (found := trail.appointment(context.appointment)):
        return Resolution(FoundBy.CONTEXT, found, None)
    if context.csn and (by_csn := trail.by_csn(context.csn, csn_systems)):
        return by_csn
    numbered = trail.numbered(context.csn, csn_suffixes, now) if context.csn and csn_suffixes else None
    encounter = trail.encounter(context.encounter) if context.encounter else None
    if numbered:
        return Resolution(FoundBy.CSN, numbered, encounter)
    if encounter and (found := trail.appointment_of(encounter)):
        return Resolution(FoundBy.ENCOUNTER, found, encounter)
    return trail.by_search(encounter, now, zone)


@dataclass(frozen=True)
class _Trail:
    """The ways to an appointment. Never another patient's, whatever the context says."""

    context: LaunchContext
    chart: FhirClient

    def appointment(self, appointment_id: str) -> ChartAppointment | None:
        if not self._may("Appointment", "r"):
            return None
        found = _try(lambda: read_appointment(self.chart, appointment_id))
        return found if found and self._is_ours(found.patient_ids) else None

    def encounter(self, encounter_id: str) -> ChartEncounter | None:
        if not self._may("Encounter", "r"):
            return None
        found = _try(lambda: read_encounter(self.chart, encounter_id))
        return found if found and self._is_ours((found.patient_id,) if found.patient_id else ()) else None

    def appointment_of(self, encounter: ChartEncounter) -> ChartAppointment | None:
        """The first that stands; of several that are all void, the first."""
        void = None
        for appointment_id in encounter.appointment_ids:
            found = self.appointment(appointment_id)
            if found and not found.is_void:
                return found
            void = void or found
        return void

    def by_csn(self, csn: str, systems: Iterable[str]) -> Resolution | None:
        """By a number that appointment and encounter share, where the site says what system it is of."""
        for system in systems:
            if self._may("Appointment", "s"):
                for found in self._called(search_appointments_called, system, csn):
                    if self._is_ours(found.patient_ids):
                        return Resolution(FoundBy.CSN, found, None)
            if self._may("Encounter", "s"):
                for encounter in self._called(search_encounters_called, system, csn):
                    of_encounter = self.appointment_of(encounter)
                    if of_encounter:
                        return Resolution(FoundBy.CSN, of_encounter, encounter)
        return None

    def numbered(self, csn: str, suffixes: tuple[str, ...], now: datetime) -> ChartAppointment | None:
        """The patient's, by the end of its number's system, where nobody knows the whole of it."""
        patient = self.context.patient
        if patient is None or not self._may("Appointment", "s"):
            return None
        start, end = now - FAR, now + FAR
        found = _try(lambda: tuple(search_appointments(self.chart, "patient", patient, start, end))) or ()
        ours = (each for each in found if self._is_ours(each.patient_ids))
        return next((each for each in ours if number_under(each.numbers, suffixes) == csn), None)

    def by_search(self, encounter: ChartEncounter | None, now: datetime, zone: ZoneInfo) -> Resolution:
        """The patient's only appointment of about now, else of today; of several, a person must pick."""
        patient = self.context.patient
        if patient is None or not self._may("Appointment", "s"):
            return Resolution(FoundBy.NONE, None, encounter)
        start, end = _today(now, zone)
        found = _try(lambda: tuple(search_appointments(self.chart, "patient", patient, start, end))) or ()
        dated = sorted(
            ((each.start, each) for each in found if each.start and self._stands(each)),
            key=lambda pair: pair[0],
        )
        near = [each for begin, each in dated if abs(begin - now) <= NEAR]
        alive = [each for _, each in dated]
        for choice in (near, alive):
            if len(choice) == 1:
                return Resolution(FoundBy.SEARCH, choice[0], encounter)
        return Resolution(FoundBy.PICK if alive else FoundBy.NONE, None, encounter, tuple(alive))

    def _called(
        self, search: Callable[[FhirClient, str, str], Iterable[T]], system: str, csn: str
    ) -> tuple[T, ...]:
        return _try(lambda: tuple(search(self.chart, system, csn))) or ()

    def _stands(self, found: ChartAppointment) -> bool:
        return not found.is_void and self._is_ours(found.patient_ids)

    def _is_ours(self, patient_ids: tuple[str, ...]) -> bool:
        return self.context.patient is None or not patient_ids or self.context.patient in patient_ids

    def _may(self, resource: str, right: str) -> bool:
        return self.context.granted.allows(resource, right)


def _today(now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The clinic's day, and around midnight what is near of the day before or after."""
    midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    # A day later on the zone's clocks, which may be 23 or 25 hours.
    next_midnight = midnight + timedelta(days=1)
    return min(midnight, now - NEAR), max(next_midnight, now + NEAR)


def _try(read: Callable[[], T]) -> T | None:
    try:
        return read()
    except PASSED_OVER:
        return None
