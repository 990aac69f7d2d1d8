"""The patient portal: one's appointments, and the messages that the clinic sent."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from sandbox.clinic.places import ZONE
from sandbox.ehr.current import ehr
from sandbox.ehr.elements import human_name
from sandbox.ehr.screens.neighbours import NeighbourSilent, ask
from sandbox.ehr.screens.people import Patient, patient_from

# An appointment that began this long ago is still the one that a patient looks for.
LATE = timedelta(hours=1)
_LINK = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}'])")


@dataclass(frozen=True)
class PortalMessage:
    """A message to this patient; ``parts`` alternate between text and links."""

    at: datetime
    kind: str
    to: str
    subject: str
    parts: list[str]


def add_to(pages: Blueprint) -> None:
    """Serve ``/portal``."""
    pages.add_url_rule("/portal", "portal", portal)
    pages.add_url_rule("/portal/<patient_id>", "portal_home", portal_home)


def portal() -> ResponseReturnValue:
    """Who is it? Nobody is asked for a password."""
    today: dict[str, list[Any]] = {}
    for line in ehr().schedule():
        today.setdefault(line.patient_id, []).append(line)
    patients = [patient_from(raw) for raw in ehr().patients()]
    # Who has a visit today comes first, by the time of it.
    patients.sort(key=lambda one: (one.id not in today, one.name))
    return render_template("screens/portal.html", patients=patients, today=today)


def portal_home(patient_id: str) -> ResponseReturnValue:
    """One patient's own page."""
    held = ehr().patient_chart(patient_id)
    patient = patient_from(held.patient)
    try:
        messages, silent = _messages_to(patient), False
    except NeighbourSilent:
        messages, silent = [], True
    now = ehr().clock.now()
    coming = [line for line in held.lines if line.start and line.start + LATE > now]
    return render_template(
        "screens/portal_home.html",
        patient=patient,
        groups=[("Coming up", coming[::-1]), ("Earlier", [one for one in held.lines if one not in coming])],
        names={raw["id"]: human_name(raw) for raw in [*ehr().practitioners(), *ehr().locations()]},
        messages=messages,
        silent=silent,
        messages_url=ehr().config.messages_url,
    )


def _messages_to(patient: Patient) -> list[PortalMessage]:
    url = f"{ehr().config.messages_url}/messages"
    found = [raw for address in (patient.phone, patient.email) if address for raw in ask(url, to=address)]
    return sorted((_message(raw) for raw in found), key=lambda one: one.at, reverse=True)


def _message(raw: Any) -> PortalMessage:
    at = datetime.fromisoformat(raw["at"]).astimezone(ZONE)
    return PortalMessage(at, raw["kind"], raw["to"], raw["subject"], _LINK.split(raw["text"]))
