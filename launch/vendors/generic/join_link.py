"""The join link in the appointment, where a site wants it there."""

from fhir.capability import Capabilities
from fhir.client import FhirClient
from fhir.receipts import Receipt
from fhir.references import Reference
from fhir.writers.join_link import JoinLink, join_link
from fhir.written import Written
from launch.vendors.generic.changed import change, offers, rights, standing
from launch.vendors.rung import Rung


def _appointment(link: JoinLink) -> Reference:
    return Reference("Appointment", link.appointment_id)


def _write(chart: FhirClient, link: JoinLink, can: Capabilities) -> Written:
    return change(chart, _appointment(link), lambda raw: join_link(raw, link), can)


def _look(chart: FhirClient, link: JoinLink, _told: str | None) -> Receipt | None:
    return standing(chart, _appointment(link), lambda raw: join_link(raw, link))


# Off: R4's form is not established, and many may search an appointment.
VIRTUAL_SERVICE = Rung(
    name="virtual-service",
    identity="either",
    rights=rights("Appointment"),
    offers=offers("Appointment"),
    write=_write,
    look=_look,
    on_by_default=False,
)
