"""DocumentReference.Create (Clinical Notes): what is taken, and what becomes of it."""

import base64
import binascii

from sandbox.ehr.current import ehr
from sandbox.ehr.elements import Raw, each, first_text
from sandbox.ehr.outcomes import FhirRefusal, outcome_of

LOINC = "http://loinc.org"
EXCLUDED = ("18842-5", "34105-7", "69730-0")
CLINICAL_NOTE = {
    "coding": [
        {
            "system": "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category",
            "code": "clinical-note",
            "display": "Clinical Note",
        }
    ]
}
MISSING = "59108"


def refuse_wrong(raw: Raw) -> None:
    """Raises FhirRefusal: 400 for a required element that is missing, 422 for a value that is not taken."""
    if raw.get("status") != "current":
        raise _not_taken("DocumentReference.status")
    if raw.get("docStatus") not in ("final", "preliminary"):
        raise _missing("docStatus") if "docStatus" not in raw else _not_taken("DocumentReference.docStatus")
    # A modifier element whose meaning is not taken fails the request.
    for modifier in ("relatesTo", "modifierExtension"):
        if raw.get(modifier):
            raise _not_taken(f"DocumentReference.{modifier}")
    _check_type(raw)
    _check_attachment(raw)
    _check_encounter(raw)


def kept(raw: Raw) -> Raw:
    """The first attachment alone, as a clinical note, without names that others gave it."""
    stays = {name: value for name, value in raw.items() if name != "identifier"}
    category = [one for one in raw.get("category", []) if "clinical-note" not in each(one, "coding", "code")]
    return stays | {"content": raw["content"][:1], "category": [*category, CLINICAL_NOTE]}


def _check_type(raw: Raw) -> None:
    codings = list(each(raw, "type", "coding"))
    if not codings:
        raise _missing("type")
    if any(one.get("code") in EXCLUDED for one in codings):
        raise _not_taken("DocumentReference.type")
    systems = [str(one.get("system", "")) for one in codings]
    if not any(one == LOINC or one.startswith("urn:oid:") for one in systems):
        raise _not_taken("DocumentReference.type")


def _check_attachment(raw: Raw) -> None:
    attachment: Raw = next(each(raw, "content", "attachment"), {})
    if "data" not in attachment:
        raise _missing("content.attachment.data")
    if attachment.get("contentType") != "text/plain":
        raise _not_taken("DocumentReference.content.attachment.contentType")
    try:
        base64.b64decode(attachment["data"], validate=True).decode()
    except (binascii.Error, ValueError, TypeError):
        raise _not_taken("DocumentReference.content.attachment.data") from None


def _check_encounter(raw: Raw) -> None:
    patient = first_text(raw, "subject", "reference")
    if not patient.startswith("Patient/"):
        raise _missing("subject")
    named = list(each(raw, "context", "encounter", "reference"))
    if not named:
        raise _missing("context.encounter")
    encounter = _encounter(str(named[0]))
    if encounter is None or first_text(encounter, "subject", "reference") != patient:
        raise _not_taken("DocumentReference.context.encounter")
    # Before the encounter has begun it is pre-charting, which nobody can have signed (February 2025 on).
    if encounter["status"] == "planned" and raw["docStatus"] == "final":
        raise _not_taken("DocumentReference.docStatus")


def _encounter(reference: str) -> Raw | None:
    kind, _, encounter_id = reference.partition("/")
    try:
        return ehr().chart.read("Encounter", encounter_id) if kind == "Encounter" else None
    except FhirRefusal:
        return None


def _missing(element: str) -> FhirRefusal:
    outcome = outcome_of(())
    details = {"coding": [{"code": MISSING, "display": "A required element is missing."}]}
    where = [f"DocumentReference.{element}"]
    issue = {"severity": "fatal", "code": "required", "details": details, "expression": where}
    return FhirRefusal(400, outcome=outcome | {"issue": [issue]})


def _not_taken(element: str) -> FhirRefusal:
    issue = {"severity": "fatal", "code": "value", "expression": [element]}
    return FhirRefusal(422, outcome=outcome_of(()) | {"issue": [issue]})
