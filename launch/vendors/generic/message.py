"""The care team is told by a Communication."""

from fhir.capability import Capabilities
from fhir.client import FhirClient
from fhir.receipts import Receipt
from fhir.writers.waiting import Waiting, waiting_message
from fhir.written import Written
from launch.vendors.generic.created import create, find, look_offers, look_rights
from launch.vendors.rung import Right, Rung, creates


def _write(chart: FhirClient, waiting: Waiting, can: Capabilities) -> Written:
    return create(chart, waiting_message(waiting), waiting.identifier, can)


def _look(chart: FhirClient, waiting: Waiting, told: str | None) -> Receipt | None:
    return find(chart, "Communication", waiting.identifier, told)


COMMUNICATION = Rung(
    name="communication",
    identity="either",
    rights=(Right("Communication", "c"),),
    offers=(creates("Communication"),),
    write=_write,
    suits=lambda waiting: bool(waiting.recipients),
    look=_look,
    look_rights=look_rights("Communication"),
    look_offers=look_offers("Communication"),
)
