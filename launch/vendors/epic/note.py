"""The visit's note by DocumentReference.Create (Clinical Notes), which takes plain text for an encounter."""

from fhir._elements import Raw, many, one
from fhir.capability import Capabilities
from fhir.client import FhirClient
from fhir.errors import ChartDisagrees, ChartNotFound
from fhir.receipts import Receipt, receipt, receipt_of
from fhir.references import id_of
from fhir.writers.visit_note import VisitNote, visit_note
from fhir.written import Written
from launch.vendors.rung import Right, Rung, creates, reads

# Not known to be taken with a character set.
CONTENT_TYPE = "text/plain"


def clinical_note(note: VisitNote) -> Raw:
    """The note as Epic takes it: one attachment, and no modifier that it might not know."""
    raw = visit_note(note)
    # A modifier, which fails where it is not known: a corrected note stands beside the first one.
    raw.pop("relatesTo", None)
    attachments = (one(content, "attachment") for content in many(raw, "content"))
    return raw | {"content": [{"attachment": each | {"contentType": CONTENT_TYPE}} for each in attachments]}


def _write(chart: FhirClient, note: VisitNote, _can: Capabilities) -> Written:
    return chart.create(clinical_note(note))


def _look(chart: FhirClient, note: VisitNote, told: str | None) -> Receipt | None:
    """What the EHR said it wrote, read; else what bears our identifier, where it keeps and finds those.

    Raises ChartDisagrees where nothing is found: that proves nothing here, and a second note would stay.
    """
    if told is not None:
        return _at(chart, note, told)
    found = receipt(chart, "DocumentReference", note.identifier)
    if found is None:
        raise ChartDisagrees("identifier")
    return found


def _at(chart: FhirClient, note: VisitNote, told: str) -> Receipt:
    try:
        raw = chart.read_reference(told)
    except ChartNotFound:
        raise ChartDisagrees("id") from None
    if id_of(raw.get("subject"), "Patient", chart.base_url) != note.patient_id:
        raise ChartDisagrees("subject")
    return receipt_of(raw)


CLINICAL_NOTE = Rung(
    name="clinical-note",
    identity="user",
    rights=(Right("DocumentReference", "c"),),
    offers=(creates("DocumentReference"),),
    write=_write,
    suits=lambda note: note.encounter_id is not None,
    look=_look,
    look_rights=(Right("DocumentReference", "r"),),
    look_offers=(reads("DocumentReference"),),
    can_be_draft=True,
)
