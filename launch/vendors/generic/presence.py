"""The patient is here: the appointment's status, which schedules show, else when they took part in it."""

from fhir._elements import Raw
from fhir.capability import Capabilities
from fhir.changes import Change
from fhir.client import FhirClient
from fhir.receipts import Receipt
from fhir.references import Reference
from fhir.writers.presence import Presence, participation
from fhir.writers.status import VisitStatus, appointment_status
from fhir.written import Written
from launch.vendors.generic.changed import change, offers, rights, standing
from launch.vendors.rung import Rung


def _appointment(presence: Presence) -> Reference:
    return Reference("Appointment", presence.appointment_id)


def _arrival(raw: Raw, presence: Presence) -> Change | None:
    return appointment_status(raw, VisitStatus("arrived", presence.since))


def _write_arrival(chart: FhirClient, presence: Presence, can: Capabilities) -> Written:
    return change(chart, _appointment(presence), lambda raw: _arrival(raw, presence), can)


def _look_arrival(chart: FhirClient, presence: Presence, _told: str | None) -> Receipt | None:
    return standing(chart, _appointment(presence), lambda raw: _arrival(raw, presence))


def _write_period(chart: FhirClient, presence: Presence, can: Capabilities) -> Written:
    base = chart.base_url
    return change(chart, _appointment(presence), lambda raw: participation(raw, presence, base), can)


def _look_period(chart: FhirClient, presence: Presence, _told: str | None) -> Receipt | None:
    base = chart.base_url
    return standing(chart, _appointment(presence), lambda raw: participation(raw, presence, base))


APPOINTMENT_ARRIVED = Rung(
    name="appointment-arrived",
    identity="either",
    rights=rights("Appointment"),
    offers=offers("Appointment"),
    write=_write_arrival,
    # A status says that the patient came, nothing of others, and nothing of leaving.
    suits=lambda presence: presence.actor.resource_type == "Patient" and presence.until is None,
    look=_look_arrival,
)
# Few EHRs show it, and none is known to expect it.
APPOINTMENT_PARTICIPATION = Rung(
    name="appointment-participation",
    identity="either",
    rights=rights("Appointment"),
    offers=offers("Appointment"),
    write=_write_period,
    look=_look_period,
    on_by_default=False,
)
