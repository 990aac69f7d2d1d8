"""Encounters, as the chart tells."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from fhir._elements import Raw, codes, gaps_of, many, one, text_of, version_of
from fhir.client import FhirClient
from fhir.identifiers import Number, has_identifier, numbers_of
from fhir.references import id_of
from fhir.times import Period, parse_period

ALWAYS = Period(None, None)


@dataclass(frozen=True)
class Performer:
    """A practitioner of an encounter, the ParticipationType codes of their part, and when they had it."""

    practitioner_id: str
    types: tuple[str, ...]
    period: Period = ALWAYS


@dataclass(frozen=True)
class ChartEncounter:
    """An encounter. `class_code` is a hint only: Epic sends codes of its own."""

    id: str
    status: str | None
    class_code: str | None
    patient_id: str | None
    appointment_ids: tuple[str, ...]
    performers: tuple[Performer, ...]
    location_id: str | None
    numbers: tuple[Number, ...]
    period: Period
    version: str | None
    gaps: tuple[str, ...]

    def primary_practitioner_at(self, instant: datetime | None) -> str | None:
        """The primary performer, else the attender, else the first one named, of those with a part then.

        A hospital's encounter names everybody who ever covered it. If nobody had a part then: of all.
        """
        then = [each for each in self.performers if instant is None or each.period.covers(instant)]
        for wanted in ("PPRF", "ATND"):
            for performer in then:
                if wanted in performer.types:
                    return performer.practitioner_id
        if then:
            return then[0].practitioner_id
        return self.primary_practitioner_at(None) if self.performers else None


def read_encounter(chart: FhirClient, encounter_id: str) -> ChartEncounter:
    """The encounter. https://hl7.org/fhir/R4/encounter.html"""
    return encounter_from(chart.read("Encounter", encounter_id), chart.base_url)


def search_encounters_of(chart: FhirClient, appointment_id: str) -> Iterator[ChartEncounter]:
    """The encounters of one appointment."""
    from fhirclient.models.encounter import Encounter

    query = Encounter.where({"appointment": f"Appointment/{appointment_id}"}).construct()
    return (encounter_from(raw, chart.base_url) for raw in chart.search(query, "Encounter"))


def search_encounters_called(chart: FhirClient, system: str, value: str) -> Iterator[ChartEncounter]:
    """Encounters that bear this identifier. What a server sends beside them is left out."""
    from fhirclient.models.encounter import Encounter

    query = Encounter.where({"identifier": f"{system}|{value}"}).construct()
    found = chart.search(query, "Encounter")
    return (encounter_from(raw, chart.base_url) for raw in found if has_identifier(raw, system, value))


def encounter_from(raw: Raw, base_url: str | None = None) -> ChartEncounter:
    """The encounter in a raw resource. References are read if relative, or absolute below `base_url`."""
    patient_id = id_of(raw.get("subject"), "Patient", base_url)
    # Encounter.appointment is a list in R4 and was a single reference in STU3, which some servers still send.
    appointments = tuple(
        found for entry in many(raw, "appointment") if (found := id_of(entry, "Appointment", base_url))
    )
    performers = tuple(_performers(raw, base_url))
    places = (id_of(place.get("location"), "Location", base_url) for place in many(raw, "location"))
    location_id = next((place for place in places if place), None)
    class_code = text_of(one(raw, "class"), "code")
    return ChartEncounter(
        id=text_of(raw, "id") or "",
        status=text_of(raw, "status"),
        class_code=class_code,
        patient_id=patient_id,
        appointment_ids=appointments,
        performers=performers,
        location_id=location_id,
        numbers=numbers_of(raw),
        period=parse_period(raw.get("period")),
        version=version_of(raw),
        gaps=gaps_of(
            "Encounter",
            **{"id": text_of(raw, "id"), "status": text_of(raw, "status"), "class": class_code},
            subject=patient_id,
            participant=performers,
            appointment=appointments,
        ),
    )


def _performers(raw: Raw, base_url: str | None) -> Iterator[Performer]:
    for participant in many(raw, "participant"):
        found = id_of(participant.get("individual"), "Practitioner", base_url)
        if found:
            period = parse_period(participant.get("period"))
            yield Performer(found, codes(many(participant, "type")), period)
