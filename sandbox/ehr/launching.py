"""A click in the EHR: from an appointment or a patient to the app's launch URL."""

from collections.abc import Mapping
from typing import Any

from sandbox.ehr.clients import Client
from sandbox.ehr.grants import LaunchContext
from sandbox.ehr.schedule import ChartView

KNOWN = ("patient", "encounter", "appointment", "practitioner", "user", "intent", "need_patient_banner")


class BadLaunch(ValueError):
    """A launch that cannot be: an unknown app, an unknown or contradictory context."""


def launch_url_of(app: str, clients: Mapping[str, Client]) -> str:
    """The launch URL that ``app`` names: a registered one itself, or a client's. Raises BadLaunch."""
    if app in clients and clients[app].launch_url:
        return clients[app].launch_url
    if any(client.launch_url == app for client in clients.values()):
        return app
    raise BadLaunch("app is a client_id or a launch URL that is registered")


def context_from(order: Mapping[str, Any], view: ChartView) -> LaunchContext:
    """The context of a launch. What the order leaves out is taken from the appointment, unless it says null.

    Raises BadLaunch; FhirRefusal where the appointment is unknown.
    """
    if unknown := set(order) - set(KNOWN):
        raise BadLaunch(f"the context has no {min(unknown)}")
    known = {name: str(value) for name, value in order.items() if value and name in KNOWN[:6]}
    if "appointment" in known:
        known = _around(known["appointment"], view) | known
    known = {name: value for name, value in known.items() if order.get(name, "absent") is not None}
    user = known.get("user") or (f"Practitioner/{known['practitioner']}" if "practitioner" in known else "")
    if not user:
        raise BadLaunch("the context names a practitioner, or an appointment that has one")
    return LaunchContext(
        user=user,
        patient=known.get("patient"),
        encounter=known.get("encounter"),
        appointment=known.get("appointment"),
        intent=known.get("intent"),
        need_patient_banner=bool(order.get("need_patient_banner", False)),
    )


def _around(appointment_id: str, view: ChartView) -> dict[str, str]:
    line = view.line(appointment_id)
    around = {
        "patient": line.patient_id,
        "practitioner": line.practitioner_id,
        "encounter": line.encounter_id or "",
    }
    return {name: value for name, value in around.items() if value}
