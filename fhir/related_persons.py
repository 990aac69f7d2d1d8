"""Somebody who acts for a patient, as the chart tells."""

from dataclasses import dataclass

from fhir._elements import Raw, gaps_of, text_of
from fhir.client import FhirClient
from fhir.patients import human_name
from fhir.references import id_of


@dataclass(frozen=True)
class ChartRelatedPerson:
    """A parent, a guardian, a carer. `patient_id`: for whom."""

    id: str
    name: str
    patient_id: str | None
    active: bool
    gaps: tuple[str, ...]


def read_related_person(chart: FhirClient, person_id: str) -> ChartRelatedPerson:
    """The related person. https://hl7.org/fhir/R4/relatedperson.html"""
    return related_person_from(chart.read("RelatedPerson", person_id), chart.base_url)


def related_person_from(raw: Raw, base_url: str) -> ChartRelatedPerson:
    """The person in a raw resource; active unless the chart says otherwise."""
    name, _, _ = human_name(raw)
    patient_id = id_of(raw.get("patient"), "Patient", base_url)
    gaps = gaps_of("RelatedPerson", id=text_of(raw, "id"), name=name, patient=patient_id)
    active = raw.get("active") is not False
    return ChartRelatedPerson(text_of(raw, "id") or "", name, patient_id, active, gaps)
