"""The visit's note as a DocumentReference, filed by the person who wrote it."""

from fhir.capability import Capabilities
from fhir.client import FhirClient
from fhir.receipts import Receipt
from fhir.writers.visit_note import VisitNote, visit_note
from fhir.written import Written
from launch.vendors.generic.created import create, find, look_offers, look_rights
from launch.vendors.rung import Right, Rung, creates


def _write(chart: FhirClient, note: VisitNote, can: Capabilities) -> Written:
    return create(chart, visit_note(note), note.identifier, can)


def _look(chart: FhirClient, note: VisitNote, told: str | None) -> Receipt | None:
    return find(chart, "DocumentReference", note.identifier, told)


DOCUMENT_REFERENCE = Rung(
    name="document-reference",
    identity="user",
    rights=(Right("DocumentReference", "c"),),
    offers=(creates("DocumentReference"),),
    write=_write,
    look=_look,
    look_rights=look_rights("DocumentReference"),
    look_offers=look_offers("DocumentReference"),
    can_be_draft=True,
)
