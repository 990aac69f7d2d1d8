"""A message to the care team that the patient is waiting. https://hl7.org/fhir/R4/communication.html"""

from dataclasses import dataclass, field
from datetime import datetime

from fhir._elements import Raw
from fhir.identifiers import OwnIdentifier
from fhir.references import Reference
from fhir.times import format_instant
from fhir.writers._parts import concept, refer, told

CATEGORY = "http://terminology.hl7.org/CodeSystem/communication-category"


@dataclass(frozen=True)
class Waiting:
    """Who waits, whom to tell, since when. `text` needs no name: the subject has it.

    `sender` is the person whose token writes it; nobody where the system does.
    """

    identifier: OwnIdentifier
    patient_id: str = field(repr=False)
    recipients: tuple[Reference, ...] = field(repr=False)
    sent: datetime
    text: str = field(repr=False)
    encounter_id: str | None = field(default=None, repr=False)
    appointment_id: str | None = field(default=None, repr=False)
    sender: Reference | None = field(default=None, repr=False)


def waiting_message(waiting: Waiting) -> Raw:
    """The message as an urgent notification that has been sent."""
    about = Reference("Appointment", waiting.appointment_id) if waiting.appointment_id else None
    encounter = Reference("Encounter", waiting.encounter_id) if waiting.encounter_id else None
    return told(
        [
            ("resourceType", "Communication"),
            ("identifier", [waiting.identifier.as_json()]),
            ("status", "completed"),
            ("category", [concept(CATEGORY, "notification")]),
            ("priority", "urgent"),
            ("subject", refer(Reference("Patient", waiting.patient_id))),
            ("about", [refer(about)] if about else None),
            ("encounter", refer(encounter)),
            ("sent", format_instant(waiting.sent)),
            ("recipient", [refer(each) for each in waiting.recipients]),
            ("sender", refer(waiting.sender)),
            ("payload", [{"contentString": waiting.text}]),
        ]
    )
