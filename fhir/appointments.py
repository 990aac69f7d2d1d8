"""Appointments, as the chart tells, and how to search for them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from fhir._elements import Raw, codes, gaps_of, many, said_by, text_of, version_of
from fhir.client import FhirClient
from fhir.errors import ChartGap
from fhir.hints import NO_HINTS, Hints, hints_of
from fhir.identifiers import Number, has_identifier, numbers_of
from fhir.references import target_of
from fhir.times import format_instant, parse_instant

MINUTES_UNTOLD = 30
MOST_WINDOW_PAGES = 500
# Oracle Health marks a video visit by contained HealthcareServices for its meeting rooms.
VIDEO_ROOM = "Virtual Meeting Room"
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
    hints: Hints = NO_HINTS
    numbers: tuple[Number, ...] = ()

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


class _TakingPart(NamedTuple):
    """The ids of those who take part, each once and in order, and what places are called."""

    patients: dict[str, None]
    practitioners: dict[str, None]
    locations: dict[str, None]
    place_names: dict[str, str]


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


def search_window(
    chart: FhirClient,
    by: Literal["practitioner", "location"] | None,
    who: str,
    start: datetime,
    end: datetime,
) -> Iterator[ChartAppointment]:
    """All appointments of a window, as `search_appointments`; `by` None: whosever they are."""
    from fhirclient.models.appointment import Appointment

    window = {"date": {"$and": [f"ge{format_instant(start)}", f"lt{format_instant(end)}"]}}
    query = Appointment.where({by: who, **window} if by else window).construct()
    found = chart.search(query, "Appointment", MOST_WINDOW_PAGES)
    return (appointment_from(raw, chart.base_url) for raw in found)


def search_appointments_called(chart: FhirClient, system: str, value: str) -> Iterator[ChartAppointment]:
    """Appointments that bear this identifier. What a server sends beside them is left out."""
    from fhirclient.models.appointment import Appointment

    query = Appointment.where({"identifier": f"{system}|{value}"}).construct()
    found = chart.search(query, "Appointment")
    return (appointment_from(raw, chart.base_url) for raw in found if has_identifier(raw, system, value))


def appointment_from(raw: Raw, base_url: str | None = None) -> ChartAppointment:
    """The appointment in a raw resource. References are read if relative, or absolute below `base_url`."""
    start, end = parse_instant(raw.get("start")), parse_instant(raw.get("end"))
    people = _taking_part(raw, base_url)
    practitioners, patients = tuple(people.practitioners), tuple(people.patients)
    location_id = next(iter(people.locations), None)
    appointment_id, status = text_of(raw, "id"), text_of(raw, "status")
    services, types = said_by(many(raw, "serviceType")), said_by(many(raw, "appointmentType"))
    hints = hints_of(raw, services, types)
    return ChartAppointment(
        id=appointment_id or "",
        status=status,
        start=start,
        end=end,
        minutes=_minutes(raw, start, end),
        patient_id=patients[0] if patients else None,
        practitioner_ids=practitioners,
        primary_practitioner_id=practitioners[0] if practitioners else None,
        location_id=location_id,
        location_name=people.place_names.get(location_id or ""),
        service=services.text or types.text,
        service_codes=services.codes + types.codes,
        has_video_room=any(VIDEO_ROOM in name for name in hints.rooms),
        version=version_of(raw),
        gaps=gaps_of(
            "Appointment",
            id=appointment_id,
            status=status,
            start=start,
            patient=patients,
            practitioner=practitioners,
            location=location_id,
        ),
        patient_ids=patients,
        hints=hints,
        numbers=numbers_of(raw),
    )


def _taking_part(raw: Raw, base_url: str | None) -> _TakingPart:
    """Whom a reference of this server names and who did not decline; a primary performer before others."""
    participants = many(raw, "participant")
    if any("type" in one for one in participants):
        # Sorting keeps the chart's order of all others.
        participants.sort(key=_is_secondary)
    found = _TakingPart({}, {}, {}, {})
    ids = {"Patient": found.patients, "Practitioner": found.practitioners, "Location": found.locations}
    for participant in participants:
        actor = participant.get("actor")
        target = target_of(actor, base_url)
        if target is None or target[0] not in ids:
            continue
        kind, its_id = target
        if kind == "Location" and (name := text_of(actor, "display")):
            found.place_names.setdefault(its_id, name)
        if text_of(participant, "status") != "declined":
            ids[kind][its_id] = None
    return found


def _is_secondary(participant: Raw) -> bool:
    return "PPRF" not in codes(many(participant, "type"))


def _minutes(raw: Raw, start: datetime | None, end: datetime | None) -> int:
    # Some EHRs leave minutesDuration out and send only start and end.
    told = raw.get("minutesDuration")
    if isinstance(told, int) and not isinstance(told, bool) and 0 < told <= MOST_MINUTES:
        return told
    if start and end and start < end <= start + timedelta(minutes=MOST_MINUTES):
        return max(1, int((end - start) / timedelta(minutes=1)))
    return MINUTES_UNTOLD
