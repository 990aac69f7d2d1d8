"""How far the visit has come: the appointment's status, else the encounter's."""

from fhir.capability import Capabilities
from fhir.client import FhirClient
from fhir.receipts import Receipt
from fhir.references import Reference
from fhir.writers.status import VisitStatus, appointment_status, encounter_status
from fhir.written import Written
from launch.vendors.generic.changed import change, offers, rights, standing, target
from launch.vendors.rung import Rung


def _appointment(status: VisitStatus) -> Reference:
    return target("Appointment", status.appointment_id)


def _encounter(status: VisitStatus) -> Reference:
    return target("Encounter", status.encounter_id)


def _write_appointment(chart: FhirClient, status: VisitStatus, can: Capabilities) -> Written:
    return change(chart, _appointment(status), lambda raw: appointment_status(raw, status), can)


def _look_appointment(chart: FhirClient, status: VisitStatus, _told: str | None) -> Receipt | None:
    return standing(chart, _appointment(status), lambda raw: appointment_status(raw, status))


def _write_encounter(chart: FhirClient, status: VisitStatus, can: Capabilities) -> Written:
    return change(chart, _encounter(status), lambda raw: encounter_status(raw, status), can)


def _look_encounter(chart: FhirClient, status: VisitStatus, _told: str | None) -> Receipt | None:
    return standing(chart, _encounter(status), lambda raw: encounter_status(raw, status))


APPOINTMENT_STATUS = Rung(
    name="appointment-status",
    identity="either",
    rights=rights("Appointment"),
    offers=offers("Appointment"),
    write=_write_appointment,
    suits=lambda status: status.appointment_id is not None,
    look=_look_appointment,
)
ENCOUNTER_STATUS = Rung(
    name="encounter-status",
    identity="either",
    rights=rights("Encounter"),
    offers=offers("Encounter"),
    write=_write_encounter,
    suits=lambda status: status.encounter_id is not None,
    look=_look_encounter,
)
