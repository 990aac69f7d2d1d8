"""The message that the patient waits, in the inbox of a practitioner or a pool."""

import base64

from fhir._elements import Raw
from fhir.capability import Capabilities
from fhir.client import FhirClient
from fhir.references import Reference
from fhir.writers._parts import concept, refer, told
from fhir.writers.waiting import CATEGORY, Waiting
from fhir.written import Written
from launch.vendors.rung import Right, Rung, creates

TOPIC = "Video visit"
TAKEN = ("Practitioner", "Group")


def message(waiting: Waiting) -> Raw:
    """The message with what is documented, and nothing beside it: no identifier of ours is kept."""
    encounter = Reference("Encounter", waiting.encounter_id) if waiting.encounter_id else None
    text = base64.b64encode(waiting.text.encode()).decode()
    return told(
        [
            ("resourceType", "Communication"),
            ("status", "completed"),
            ("category", [concept(CATEGORY, "notification")]),
            ("priority", "urgent"),
            ("subject", refer(Reference("Patient", waiting.patient_id))),
            ("topic", {"text": TOPIC}),
            ("encounter", refer(encounter)),
            ("recipient", [refer(each) for each in waiting.recipients if each.resource_type in TAKEN]),
            ("sender", refer(waiting.sender)),
            ("payload", [{"contentAttachment": {"contentType": "text/plain", "data": text}}]),
        ]
    )


def _write(chart: FhirClient, waiting: Waiting, _can: Capabilities) -> Written:
    return chart.create(message(waiting))


def _suits(waiting: Waiting) -> bool:
    """Somebody sends it, and somebody is told."""
    sender = waiting.sender
    is_sent = sender is not None and sender.resource_type == "Practitioner"
    return is_sent and any(each.resource_type in TAKEN for each in waiting.recipients)


# Nobody can look for it: a search needs an e-mail status, which no documentation of ours explains.
COMMUNICATION = Rung(
    name="communication",
    identity="either",
    rights=(Right("Communication", "c"),),
    offers=(creates("Communication"),),
    write=_write,
    suits=_suits,
)
