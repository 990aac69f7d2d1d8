"""The appointment's status, step by step as this EHR lets it go."""

from collections.abc import Mapping

from fhir._elements import text_of
from fhir.capability import Capabilities
from fhir.changes import Edit
from fhir.client import FhirClient
from fhir.errors import ChartDisagrees
from fhir.receipts import Receipt, receipt_of
from fhir.references import Reference
from fhir.writers.presence import Presence
from fhir.writers.status import VisitStatus
from fhir.written import Written
from launch.vendors.generic.changed import ALREADY, offers, rights, target
from launch.vendors.oracle.patches import patch
from launch.vendors.rung import Rung

# How far an appointment has come, and the step after each. `fulfilled` comes after `checked-in` alone.
ORDER = ("booked", "arrived", "checked-in", "fulfilled")
STEPS: Mapping[str, Mapping[str, str]] = {
    "arrived": {"booked": "arrived"},
    "fulfilled": {"booked": "checked-in", "arrived": "checked-in", "checked-in": "fulfilled"},
}
# Nothing between arrived and fulfilled is said of a visit under way; and nobody may write `noshow`.
GOALS = {"arrived": "arrived", "in-progress": "arrived", "fulfilled": "fulfilled"}


def _advance(chart: FhirClient, where: Reference, goal: str) -> Written:
    """Step by step to the goal, reading before each step. Raises ChartDisagrees where there is no way."""
    while True:
        raw, version = chart.read_versioned(where.resource_type, where.id)
        status = text_of(raw, "status")
        if _has_reached(status, goal):
            return Written(str(where), version, ALREADY)
        step = STEPS[goal].get(status or "")
        if step is None:
            raise ChartDisagrees("Appointment.status")
        written = patch(chart, where, (Edit("/status", step),), version)
        if step == goal:
            return written


def _standing(chart: FhirClient, where: Reference, goal: str) -> Receipt | None:
    raw = chart.read(where.resource_type, where.id)
    status = text_of(raw, "status")
    if _has_reached(status, goal):
        return receipt_of(raw)
    if status not in ORDER:
        raise ChartDisagrees("Appointment.status")
    return None


def _has_reached(status: str | None, goal: str) -> bool:
    return status in ORDER and ORDER.index(status) >= ORDER.index(goal)


def _write_status(chart: FhirClient, status: VisitStatus, _can: Capabilities) -> Written:
    return _advance(chart, target("Appointment", status.appointment_id), GOALS[status.stage])


def _look_status(chart: FhirClient, status: VisitStatus, _told: str | None) -> Receipt | None:
    return _standing(chart, target("Appointment", status.appointment_id), GOALS[status.stage])


def _write_arrival(chart: FhirClient, presence: Presence, _can: Capabilities) -> Written:
    return _advance(chart, Reference("Appointment", presence.appointment_id), "arrived")


def _look_arrival(chart: FhirClient, presence: Presence, _told: str | None) -> Receipt | None:
    return _standing(chart, Reference("Appointment", presence.appointment_id), "arrived")


def _suits_status(status: VisitStatus) -> bool:
    """No way leads back, and none to a no-show."""
    return status.appointment_id is not None and not status.reopened and status.stage in GOALS


# Both off: they move the clinic's tracking board.
APPOINTMENT_STATUS = Rung(
    name="appointment-status",
    identity="either",
    rights=rights("Appointment"),
    offers=offers("Appointment"),
    write=_write_status,
    suits=_suits_status,
    look=_look_status,
    on_by_default=False,
)
APPOINTMENT_ARRIVED = Rung(
    name="appointment-arrived",
    identity="either",
    rights=rights("Appointment"),
    offers=offers("Appointment"),
    write=_write_arrival,
    suits=lambda presence: presence.actor.resource_type == "Patient" and presence.until is None,
    look=_look_arrival,
    on_by_default=False,
)
