"""Appointments, as the chart tells, and how to search for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from fhir._elements import Raw, codes, concept_text, gaps_of, many, one, text_of, version_of
from fhir.client import FhirClient
from fhir.errors import ChartGap
from fhir.references import id_of
from fhir.times import format_instant, parse_instant

MINUTES_UNTOLD = 30


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

    @property
    def is_cancelled(self) -> bool:
        """Whether the chart says that it will not take place."""
        return self.status == "cancelled"


@dataclass(frozen=True)
class VisitSlot:
    """When a visit happens, in UTC."""

    appointment_id: str
    start: datetime
    minutes: int


def read_appointment(chart: FhirClient, appointment_id: str) -> ChartAppointment:
    """The appointment. https://hl7.org/fhir/R4/appointment.html"""
    return appointment_from(chart.read("Appointment", appointment_id))


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
    return (appointment_from(raw) for raw in chart.search(query, "Appointment"))


def appointment_from(raw: Raw) -> ChartAppointment:
    """The appointment in a raw resource."""
    start, end = parse_instant(raw.get("start")), parse_instant(raw.get("end"))
    actors = [one(participant, "actor") for participant in many(raw, "participant")]
    practitioners = tuple(dict.fromkeys(_ids(actors, "Practitioner")))
    location = next((actor for actor in actors if id_of(actor, "Location")), {})
    patient_id = next(_ids(actors, "Patient"), None)
    services = [*many(raw, "serviceType"), *many(raw, "appointmentType")]
    return ChartAppointment(
        id=text_of(raw, "id") or "",
        status=text_of(raw, "status"),
        start=start,
        end=end,
        minutes=_minutes(raw, start, end),
        patient_id=patient_id,
        practitioner_ids=practitioners,
        primary_practitioner_id=_primary(raw) or next(iter(practitioners), None),
        location_id=id_of(location, "Location"),
        location_name=text_of(location, "display"),
        service=next((text for service in services if (text := concept_text(service))), None),
        service_codes=codes(services),
        has_video_room=_has_video_room(raw),
        version=version_of(raw),
        gaps=gaps_of(
            "Appointment",
            id=text_of(raw, "id"),
            status=text_of(raw, "status"),
            start=start,
            patient=patient_id,
            practitioner=practitioners,
            location=id_of(location, "Location"),
        ),
    )


def _ids(actors: list[Raw], resource_type: str) -> Iterator[str]:
    return (found for actor in actors if (found := id_of(actor, resource_type)))


def _primary(raw: Raw) -> str | None:
    for participant in many(raw, "participant"):
        found = id_of(participant.get("actor"), "Practitioner")
        if found and "PPRF" in codes(many(participant, "type")):
            return found
    return None


def _minutes(raw: Raw, start: datetime | None, end: datetime | None) -> int:
    # Some EHRs leave minutesDuration out and send only start and end.
    told = raw.get("minutesDuration")
    if isinstance(told, int) and told > 0:
        return told
    if start and end and end > start:
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
