"""Where the recording is, as a DocumentReference: an address of ours, which asks for a sign-in."""

from fhir.capability import Capabilities
from fhir.client import FhirClient
from fhir.receipts import Receipt
from fhir.writers.recording_link import RecordingLink, recording_link
from fhir.written import Written
from launch.vendors.generic.created import create, find, look_offers, look_rights
from launch.vendors.rung import Right, Rung, creates


def _write(chart: FhirClient, recording: RecordingLink, can: Capabilities) -> Written:
    return create(chart, recording_link(recording), recording.identifier, can)


def _look(chart: FhirClient, recording: RecordingLink, told: str | None) -> Receipt | None:
    return find(chart, "DocumentReference", recording.identifier, told)


RECORDING_LINK = Rung(
    name="recording-link",
    identity="either",
    rights=(Right("DocumentReference", "c"),),
    offers=(creates("DocumentReference"),),
    write=_write,
    look=_look,
    look_rights=look_rights("DocumentReference"),
    look_offers=look_offers("DocumentReference"),
)
