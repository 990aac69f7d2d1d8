"""Appointments, as the chart tells, and how to search for them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from fhir._elements import Raw, codes, concept_text, gaps_of, many, text_of, version_of
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


class _Participant(NamedTuple):
    """Somebody or something of an appointment: the target of its reference, and all that is said of it."""

    kind: str
    id: str
    raw: Raw


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
    people = _participants(raw, base_url)
    practitioners, patients = _ids(people, "Practitioner"), _ids(people, "Patient")
    location_id = next(iter(_ids(people, "Location")), None)
    appointment_id, status = text_of(raw, "id"), text_of(raw, "status")
    services = [*many(raw, "serviceType"), *many(raw, "appointmentType")]
    hints = hints_of(raw)
    return ChartAppointment(
        id=appointment_id or "",
        status=status,
        start=start,
        end=end,
        minutes=_minutes(raw, start, end),
        patient_id=next(iter(patients), None),
        practitioner_ids=practitioners,
        primary_practitioner_id=next(iter(practitioners), None),
        location_id=location_id,
        location_name=_display(people, "Location", location_id),
        service=next((text for service in services if (text := concept_text(service))), None),
        service_codes=codes(services),
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


def _participants(raw: Raw, base_url: str | None) -> list[_Participant]:
    """Those whom a reference of this server names; a primary performer before others."""
    found = [
        _Participant(*target, participant)
        for participant in many(raw, "participant")
        if (target := target_of(participant.get("actor"), base_url))
    ]
    # Sorting keeps the chart's order of all others.
    return sorted(found, key=_is_secondary) if len(found) > 1 else found


def _is_secondary(one_of_them: _Participant) -> bool:
    return "PPRF" not in codes(many(one_of_them.raw, "type"))


def _ids(people: Iterable[_Participant], kind: str) -> tuple[str, ...]:
    """Who takes part and did not decline."""
    found = [one.id for one in people if one.kind == kind and text_of(one.raw, "status") != "declined"]
    return tuple(dict.fromkeys(found)) if len(found) > 1 else tuple(found)


def _display(people: Iterable[_Participant], kind: str, wanted: str | None) -> str | None:
    named = (one.raw.get("actor") for one in people if one.kind == kind and one.id == wanted)
    return next((text for actor in named if (text := text_of(actor, "display"))), None)


def _minutes(raw: Raw, start: datetime | None, end: datetime | None) -> int:
    # Some EHRs leave minutesDuration out and send only start and end.
    told = raw.get("minutesDuration")
    if isinstance(told, int) and not isinstance(told, bool) and 0 < told <= MOST_MINUTES:
        return told
    if start and end and start < end <= start + timedelta(minutes=MOST_MINUTES):
        return max(1, int((end - start) / timedelta(minutes=1)))
    return MINUTES_UNTOLD
