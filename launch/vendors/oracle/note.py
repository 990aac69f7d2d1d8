"""The visit's note: final, by the person who wrote it, found again by what is in it."""

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from fhir._elements import Raw, many, one, text_of
from fhir.capability import Capabilities
from fhir.client import FhirClient
from fhir.receipts import Receipt, receipt_of
from fhir.references import id_of
from fhir.times import format_instant, parse_instant, parse_period
from fhir.writers.visit_note import VisitNote, visit_note
from fhir.written import Written
from launch.vendors.rung import Right, Rung, creates, finds

# What is documented for a new note. Identifiers are the server's own.
KEPT = ("resourceType", "status", "docStatus", "type", "subject", "author", "content", "context")
CORRECTS = "{title} (corrects an earlier note)"


def note(written: VisitNote) -> Raw:
    """The note as this EHR takes it."""
    if written.replaces is not None:
        written = replace(written, title=CORRECTS.format(title=written.title))
    return {name: value for name, value in visit_note(written).items() if name in KEPT}


def _write(chart: FhirClient, written: VisitNote, _can: Capabilities) -> Written:
    return chart.create(note(written))


def _look(chart: FhirClient, written: VisitNote, _told: str | None) -> Receipt | None:
    """The patient's note of this author, for this time, made at this moment: no two visits share these."""
    found = chart.search(
        f"DocumentReference?{urlencode({'patient': written.patient_id})}", "DocumentReference"
    )
    ours = [raw for raw in found if _is_it(raw, written, chart.base_url)]
    return receipt_of(ours[0], copies=len(ours)) if ours else None


def _is_it(raw: Raw, written: VisitNote, base_url: str) -> bool:
    author = written.author.id if written.author else None
    period = parse_period(one(raw, "context").get("period"))
    made = [parse_instant(one(each, "attachment").get("creation")) for each in many(raw, "content")]
    return (
        text_of(raw, "status") == "current"
        and [id_of(each, "Practitioner", base_url) for each in many(raw, "author")] == [author]
        and (period.start, period.end) == (_second(written.start), _second(written.end))
        and _second(written.written) in made
    )


def _second(instant: datetime) -> datetime | None:
    """As it was written: in whole seconds."""
    return parse_instant(format_instant(instant))


def _suits(written: VisitNote) -> bool:
    """A draft stays a draft: what is filed here is final."""
    author = written.author
    return author is not None and author.resource_type == "Practitioner" and not written.is_draft


DOCUMENT_REFERENCE = Rung(
    name="document-reference",
    identity="user",
    rights=(Right("DocumentReference", "c"),),
    offers=(creates("DocumentReference"),),
    write=_write,
    suits=_suits,
    look=_look,
    look_rights=(Right("DocumentReference", "s"),),
    look_offers=(finds("DocumentReference", "patient"),),
)
