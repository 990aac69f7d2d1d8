"""Where a visit's recording can be seen, as a DocumentReference that holds an address of ours alone.

https://hl7.org/fhir/R4/documentreference.html
"""

from dataclasses import dataclass, field
from datetime import datetime

from fhir._elements import Raw
from fhir.identifiers import OwnIdentifier
from fhir.references import Reference
from fhir.times import format_instant
from fhir.writers._parts import refer, told

VIDEO = "video/mp4"


@dataclass(frozen=True)
class RecordingLink:
    """A recording and where it is shown. `url` opens nothing without a sign-in."""

    identifier: OwnIdentifier
    patient_id: str = field(repr=False)
    url: str = field(repr=False)
    told: datetime
    start: datetime
    end: datetime
    encounter_id: str | None = field(default=None, repr=False)
    title: str = "Recording of the video visit"


def recording_link(recording: RecordingLink) -> Raw:
    """The document with one attachment by address. Its type has no code: none is known to be meant."""
    encounter = Reference("Encounter", recording.encounter_id) if recording.encounter_id else None
    period = {"start": format_instant(recording.start), "end": format_instant(recording.end)}
    return told(
        [
            ("resourceType", "DocumentReference"),
            ("identifier", [recording.identifier.as_json()]),
            ("status", "current"),
            ("docStatus", "final"),
            ("type", {"text": recording.title}),
            ("subject", refer(Reference("Patient", recording.patient_id))),
            ("date", format_instant(recording.told)),
            ("content", [{"attachment": _attachment(recording)}]),
            ("context", told([("encounter", [refer(encounter)] if encounter else None), ("period", period)])),
        ]
    )


def _attachment(recording: RecordingLink) -> Raw:
    return {
        "contentType": VIDEO,
        "url": recording.url,
        "title": recording.title,
        "creation": format_instant(recording.told),
    }
