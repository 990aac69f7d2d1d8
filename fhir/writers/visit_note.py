"""The visit note, as plain text in a DocumentReference. https://hl7.org/fhir/R4/documentreference.html"""

import base64
from dataclasses import dataclass, field
from datetime import datetime

from fhir._elements import Raw
from fhir.identifiers import OwnIdentifier
from fhir.references import Reference
from fhir.times import format_instant
from fhir.writers._parts import concept, refer, told

LOINC = "http://loinc.org"
CATEGORY = "http://hl7.org/fhir/us/core/CodeSystem/us-core-documentreference-category"
# Oracle Health refuses text without its character set.
PLAIN_TEXT = "text/plain;charset=utf-8"


@dataclass(frozen=True)
class NoteType:
    """What kind of note a site files these as. The default is one of the ten that US Core names."""

    system: str = LOINC
    code: str = "11506-3"
    display: str | None = "Progress note"


PROGRESS_NOTE = NoteType()


@dataclass(frozen=True)
class VisitNote:
    """A note and what it is about. `start` and `end` are the visit's; `replaces` is the note it corrects.

    Raises ValueError if the visit ended before it began.
    """

    identifier: OwnIdentifier
    patient_id: str = field(repr=False)
    author: Reference | None = field(repr=False)
    written: datetime
    start: datetime
    end: datetime
    text: str = field(repr=False)
    encounter_id: str | None = field(default=None, repr=False)
    title: str = "Telehealth visit"
    type: NoteType = PROGRESS_NOTE
    is_draft: bool = True
    replaces: Reference | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Refuse a period that no chart takes."""
        if self.end < self.start:
            raise ValueError("the visit ended before it began")


def visit_note(note: VisitNote) -> Raw:
    """The note with one attachment. A draft is `preliminary`: somebody signs it in the EHR."""
    return told(
        [
            ("resourceType", "DocumentReference"),
            ("identifier", [note.identifier.as_json()]),
            ("status", "current"),
            ("docStatus", "preliminary" if note.is_draft else "final"),
            ("type", concept(note.type.system, note.type.code, note.type.display)),
            ("category", [concept(CATEGORY, "clinical-note", "Clinical Note")]),
            ("subject", refer(Reference("Patient", note.patient_id))),
            ("date", format_instant(note.written)),
            ("author", [refer(note.author)] if note.author else None),
            ("relatesTo", _corrects(note)),
            ("content", [{"attachment": _attachment(note)}]),
            ("context", _context(note)),
        ]
    )


def _corrects(note: VisitNote) -> list[Raw]:
    return [{"code": "replaces", "target": refer(note.replaces)}] if note.replaces else []


def _attachment(note: VisitNote) -> Raw:
    return {
        "contentType": PLAIN_TEXT,
        "data": base64.b64encode(note.text.encode()).decode(),
        "title": note.title,
        "creation": format_instant(note.written),
    }


def _context(note: VisitNote) -> Raw:
    encounter = Reference("Encounter", note.encounter_id) if note.encounter_id else None
    return told(
        [
            ("encounter", [refer(encounter)] if encounter else None),
            ("period", {"start": format_instant(note.start), "end": format_instant(note.end)}),
        ]
    )
