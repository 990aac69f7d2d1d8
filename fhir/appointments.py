"""Appointments, as the chart tells, and how to search for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from fhir._elements import Raw, codes, concept_text, gaps_of, many, one, text_of, version_of
from fhir.client import FhirClient
from fhir.errors import ChartGap
from fhir.identifiers import has_identifier
from fhir.references import id_of
from fhir.times import format_instant, parse_instant

MINUTES_UNTOLD = 30
MOST_MINUTES = 7 * 24 * 60  # whatever says that it lasts longer does not know how long it lasts


@dataclass(frozen=True)
class ChartAppointment:
    """An appointment. Ids are those of one EHR; instants are UTC; `minutes` is 30 where nobody told."""

    id: str
    status: str | None
    start: datetime | None
    end: datetime | None
    minutes: int
    patient_id: str | None
    practitioner_ids: tuple[str, ...]
    primary_practitioner_id: str | None
    location_id: str | None
    location_name: str | None
    service: str | None
    service_codes: tuple[str, ...]
    has_video_room: bool
    version: str | None
    gaps: tuple[str, ...]
    patient_ids: tuple[str, ...] = ()  # several in a group; `patient_id` is the first

    @property
    def is_cancelled(self) -> bool:
        """Whether the chart says that it will not take place."""
        return self.status == "cancelled"

    @property
    def is_void(self) -> bool:
        """Whether it is cancelled, or was never meant."""
        return self.status in ("cancelled", "entered-in-error")


@dataclass(frozen=True)
class VisitSlot:
    """When a visit happens, in UTC."""

    appointment_id: str
    start: datetime
    minutes: int


def read_appointment(chart: FhirClient, appointment_id: str) -> ChartAppointment:
    """The appointment. https://hl7.org/fhir/R4/appointment.html"""
    return appointment_from(chart.read("Appointment", appointment_id), chart.base_url)


def read_visit_slot(chart: FhirClient, appointment_id: str) -> VisitSlot:
    """When the visit happens. Raises ChartGap if the Appointment has no start."""
    appointment = read_appointment(chart, appointment_id)
    if appointment.start is None:
        raise ChartGap("Appointment.start")
    return VisitSlot(appointment.id, appointment.start, appointment.minutes)


def search_appointments(
    chart: FhirClient,
    by: Literal["practitioner", "patient"],
    who: str,
    start: datetime,
    end: datetime,
) -> Iterator[ChartAppointment]:
    """One person's appointments that start in [start, end), in the server's order.

    Oracle Health wants exactly one person, and `ge` with `lt`, both with a time.
    """
    # fhirclient builds the URL only; importing its models takes 0.2 s.
    from fhirclient.models.appointment import Appointment

    window = [f"ge{format_instant(start)}", f"lt{format_instant(end)}"]
    query = Appointment.where({by: who, "date": {"$and": window}}).construct()
    return (appointment_from(raw, chart.base_url) for raw in chart.search(query, "Appointment"))


def search_appointments_called(chart: FhirClient, system: str, value: str) -> Iterator[ChartAppointment]:
    """Appointments that bear this identifier. What a server sends beside them is left out."""
    from fhirclient.models.appointment import Appointment

    query = Appointment.where({"identifier": f"{system}|{value}"}).construct()
    found = chart.search(query, "Appointment")
    return (appointment_from(raw, chart.base_url) for raw in found if has_identifier(raw, system, value))


def appointment_from(raw: Raw, base_url: str | None = None) -> ChartAppointment:
    """The appointment in a raw resource. References are read if relative, or absolute below `base_url`."""
    start, end = parse_instant(raw.get("start")), parse_instant(raw.get("end"))
    practitioners = _ids(raw, "Practitioner", base_url)
    patients = _ids(raw, "Patient", base_url)
    location_id = next(iter(_ids(raw, "Location", base_url)), None)
    services = [*many(raw, "serviceType"), *many(raw, "appointmentType")]
    return ChartAppointment(
        id=text_of(raw, "id") or "",
        status=text_of(raw, "status"),
        start=start,
        end=end,
        minutes=_minutes(raw, start, end),
        patient_id=next(iter(patients), None),
        practitioner_ids=practitioners,
        primary_practitioner_id=next(iter(practitioners), None),
        location_id=location_id,
        location_name=_display(raw, "Location", location_id, base_url),
        service=next((text for service in services if (text := concept_text(service))), None),
        service_codes=codes(services),
        has_video_room=_has_video_room(raw),
        version=version_of(raw),
        gaps=gaps_of(
            "Appointment",
            id=text_of(raw, "id"),
            status=text_of(raw, "status"),
            start=start,
            patient=patients,
            practitioner=practitioners,
            location=location_id,
        ),
        patient_ids=patients,
    )


def _ids(raw: Raw, resource_type: str, base_url: str | None) -> tuple[str, ...]:
    """Who takes part and did not decline; a primary performer before others."""
    found = [
        ("PPRF" not in codes(many(participant, "type")), index, actor_id)
        for index, participant in enumerate(many(raw, "participant"))
        if (actor_id := id_of(participant.get("actor"), resource_type, base_url))
        and text_of(participant, "status") != "declined"
    ]
    return tuple(dict.fromkeys(actor_id for *_, actor_id in sorted(found)))


def _display(raw: Raw, resource_type: str, wanted: str | None, base_url: str | None) -> str | None:
    actors = (one(participant, "actor") for participant in many(raw, "participant"))
    named = (actor for actor in actors if wanted and id_of(actor, resource_type, base_url) == wanted)
    return next((text for actor in named if (text := text_of(actor, "display"))), None)


def _minutes(raw: Raw, start: datetime | None, end: datetime | None) -> int:
    # Some EHRs leave minutesDuration out and send only start and end.
    told = raw.get("minutesDuration")
    if isinstance(told, int) and not isinstance(told, bool) and 0 < told <= MOST_MINUTES:
        return told
    if start and end and start < end <= start + timedelta(minutes=MOST_MINUTES):
        return max(1, int((end - start) / timedelta(minutes=1)))
    return MINUTES_UNTOLD


def _has_video_room(raw: Raw) -> bool:
    """Oracle Health marks a video visit by contained HealthcareServices for its meeting rooms."""
    return any(
        "Virtual Meeting Room" in (concept_text(kind) or "")
        for contained in many(raw, "contained")
        if contained.get("resourceType") == "HealthcareService"
        for kind in many(contained, "type")
    )
