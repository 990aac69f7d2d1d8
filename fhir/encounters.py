"""Encounters, as the chart tells."""

from collections.abc import Iterator
from dataclasses import dataclass

from fhir._elements import Raw, codes, gaps_of, many, one, text_of, version_of
from fhir.client import FhirClient
from fhir.references import id_of
from fhir.times import Period, parse_period

# Epic's contact serial number: the middle of the OID differs per customer.
CSN_SUFFIX = ".7.3.698084.8"


@dataclass(frozen=True)
class Performer:
    """A practitioner of an encounter and the ParticipationType codes of their part."""

    practitioner_id: str
    types: tuple[str, ...]


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
    csn: str | None
    period: Period
    version: str | None
    gaps: tuple[str, ...]

    @property
    def primary_practitioner_id(self) -> str | None:
        """The primary performer, else the attender, else the first one named."""
        for wanted in ("PPRF", "ATND"):
            for performer in self.performers:
                if wanted in performer.types:
                    return performer.practitioner_id
        return self.performers[0].practitioner_id if self.performers else None


def read_encounter(chart: FhirClient, encounter_id: str) -> ChartEncounter:
    """The encounter. https://hl7.org/fhir/R4/encounter.html"""
    return encounter_from(chart.read("Encounter", encounter_id))


def search_encounters_of(chart: FhirClient, appointment_id: str) -> Iterator[ChartEncounter]:
    """The encounters of one appointment."""
    from fhirclient.models.encounter import Encounter

    query = Encounter.where({"appointment": f"Appointment/{appointment_id}"}).construct()
    return (encounter_from(raw) for raw in chart.search(query, "Encounter"))


def encounter_from(raw: Raw) -> ChartEncounter:
    """The encounter in a raw resource."""
    patient_id = id_of(raw.get("subject"), "Patient")
    # Encounter.appointment is a list in R4 and was a single reference in STU3, which some servers still send.
    appointments = tuple(
        found for entry in many(raw, "appointment") if (found := id_of(entry, "Appointment"))
    )
    performers = tuple(_performers(raw))
    places = (id_of(place.get("location"), "Location") for place in many(raw, "location"))
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
        csn=_csn(raw),
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


def _performers(raw: Raw) -> Iterator[Performer]:
    for participant in many(raw, "participant"):
        found = id_of(participant.get("individual"), "Practitioner")
        if found:
            yield Performer(found, codes(many(participant, "type")))


def _csn(raw: Raw) -> str | None:
    for identifier in many(raw, "identifier"):
        if (text_of(identifier, "system") or "").endswith(CSN_SUFFIX):
            return text_of(identifier, "value")
    return None
