"""What a launch reads: the appointment, whose it is, who hosts it, and where."""

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from app.services.chart_reader import ChartReader
from app.services.seen_appointment import SeenAppointment
from app.sites import ClinicSite
from fhir.appointments import ChartAppointment
from fhir.client import FhirClient
from fhir.encounters import ChartEncounter
from fhir.errors import ChartGap
from fhir.patients import ChartPatient
from fhir.practitioners import ChartPractitioner
from launch.context import LaunchContext
from launch.resolver import FoundBy, Resolution, resolve_appointment
from launch.vendors.registry import profile_of

AT_ONCE = 6


@dataclass(frozen=True)
class LaunchReading:
    """`seen` is None where the launch is about nobody, or where a person must pick the appointment."""

    resolution: Resolution
    user: ChartPractitioner | None
    patient: ChartPatient | None
    seen: SeenAppointment | None


@dataclass(frozen=True)
class Around:
    """Ids that stand in for what the appointment does not tell."""

    patient: str | None = None
    practitioner: str | None = None
    location: str | None = None


def read_launch(chart: FhirClient, context: LaunchContext, site: ClinicSite, now: datetime) -> LaunchReading:
    """Two rounds of reading with the appointment in context, three with only the encounter.

    Raises the chart's errors where patient or appointment cannot be read.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        reader = ChartReader(chart, pool, now)
        user = reader.user(context.user)
        patient = reader.patient(context.patient) if context.patient else None
        beside = _encounter_beside_appointment(reader, context)
        resolution = _resolve(context, chart, site, now)
        seen = None
        if resolution.appointment is not None:
            encounter = resolution.encounter or (beside.result() if beside else None)
            practitioner = context.user.id if context.user.resource_type == "Practitioner" else None
            around = Around(context.patient, practitioner or _id(user.result()), context.location)
            seen = read_around(reader, resolution.appointment, encounter, around, now)
        return LaunchReading(resolution, user.result(), patient.result() if patient else None, seen)


def read_around(
    reader: ChartReader,
    appointment: ChartAppointment | None,
    encounter: ChartEncounter | None,
    around: Around,
    now: datetime,
) -> SeenAppointment:
    """One round. The host is the encounter's primary performer, the appointment's, or who launched.

    Raises ChartGap if nobody says who the patient is.
    """
    patient_id = around.patient or (appointment.patient_id if appointment else None)
    if patient_id is None:
        raise ChartGap("Appointment.participant")
    slot = appointment.start if appointment else now
    hosts = (
        encounter.primary_practitioner_at(slot) if encounter else None,
        appointment.primary_practitioner_id if appointment else None,
        around.practitioner,
    )
    places = (
        appointment.location_id if appointment else None,
        encounter.location_id if encounter else None,
        around.location,
    )
    patient = reader.patient(patient_id)
    host = next((reader.practitioner(found) for found in hosts if found), None)
    place = next((reader.location(found) for found in places if found), None)
    return SeenAppointment(
        appointment=appointment,
        patient=patient.result(),
        practitioner=host.result() if host else None,
        location=place.result() if place else None,
        encounter_id=encounter.id if encounter else None,
        read_at=now,
    )


def _resolve(context: LaunchContext, chart: FhirClient, site: ClinicSite, now: datetime) -> Resolution:
    if not (context.patient or context.appointment or context.encounter):
        return Resolution(FoundBy.NONE, None, None)
    return resolve_appointment(
        context,
        chart,
        now=now,
        zone=site.zone,
        csn_systems=site.launch.csn_systems,
        csn_suffixes=profile_of(site.launch.vendor).csn_suffixes,
    )


def _encounter_beside_appointment(
    reader: ChartReader, context: LaunchContext
) -> Future[ChartEncounter | None] | None:
    """The resolver reads the encounter only where the appointment is not in context; the host is in it."""
    if context.appointment and context.encounter and context.granted.allows("Encounter", "r"):
        return reader.encounter(context.encounter)
    return None


def _id(practitioner: ChartPractitioner | None) -> str | None:
    return practitioner.id if practitioner else None
