"""The patient portal: one's appointments, and the messages that the clinic sent."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from sandbox.clinic.places import ZONE
from sandbox.ehr.current import ehr
from sandbox.ehr.elements import Raw, first_text, human_name
from sandbox.ehr.grants import is_patients_side
from sandbox.ehr.screens.neighbours import NeighbourSilent, ask
from sandbox.ehr.screens.people import Patient, patient_from
from sandbox.ehr.screens.schedule import app_launch_url

# An appointment that began this long ago is still the one that a patient looks for.
LATE = timedelta(hours=1)
_LINK = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}'])")


@dataclass(frozen=True)
class Helper:
    """Somebody who signs in for a patient; ``user`` is ``RelatedPerson/…``."""

    user: str
    name: str
    says: str
    patient_id: str


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
    pages.add_url_rule("/portal/open", "portal_open", portal_open)
    pages.add_url_rule("/portal/<patient_id>", "portal_home", portal_home)


def portal() -> ResponseReturnValue:
    """Who is it? Nobody is asked for a password."""
    today: dict[str, list[Any]] = {}
    for line in ehr().schedule():
        today.setdefault(line.patient_id, []).append(line)
    patients = [patient_from(raw) for raw in ehr().patients()]
    # Who has a visit today comes first, by the time of it.
    patients.sort(key=lambda one: (one.id not in today, one.name))
    helpers: dict[str, list[Helper]] = {}
    for one in map(_helper, ehr().guardians()):
        helpers.setdefault(one.patient_id, []).append(one)
    return render_template("screens/portal.html", patients=patients, helpers=helpers, today=today)


def portal_open() -> ResponseReturnValue:
    """A launch of its own, made at the click on a visit: the app as the patient's side sees it."""
    user, appointment = request.args.get("user", ""), request.args.get("appointment", "")
    if not is_patients_side(user):
        abort(404)
    context = {"user": user, "appointment": appointment, "practitioner": None}
    return redirect(ehr().launch(app_launch_url(), context), 303)


def portal_home(patient_id: str) -> ResponseReturnValue:
    """One patient's page, for themselves or for whoever helps them."""
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
        helper=_helper_asked(patient_id),
        groups=[("Coming up", coming[::-1]), ("Earlier", [one for one in held.lines if one not in coming])],
        names={raw["id"]: human_name(raw) for raw in [*ehr().practitioners(), *ehr().locations()]},
        messages=messages,
        silent=silent,
        messages_url=ehr().config.messages_url,
    )


def _helper_asked(patient_id: str) -> Helper | None:
    """Who is signed in, where it is not the patient. 404 for one who helps somebody else."""
    asked = request.args.get("user")
    known = [one for one in map(_helper, ehr().guardians()) if one.patient_id == patient_id]
    found = next((one for one in known if one.user == asked), None)
    return found if found or not asked else abort(404)


def _helper(raw: Raw) -> Helper:
    patient_id = first_text(raw, "patient", "reference").removeprefix("Patient/")
    says = first_text(raw, "relationship", "text")
    return Helper(f"RelatedPerson/{raw['id']}", human_name(raw), says, patient_id)


def _messages_to(patient: Patient) -> list[PortalMessage]:
    url = f"{ehr().config.messages_url}/messages"
    found = [raw for address in (patient.phone, patient.email) if address for raw in ask(url, to=address)]
    return sorted((_message(raw) for raw in found), key=lambda one: one.at, reverse=True)


def _message(raw: Any) -> PortalMessage:
    at = datetime.fromisoformat(raw["at"]).astimezone(ZONE)
    return PortalMessage(at, raw["kind"], raw["to"], raw["subject"], _LINK.split(raw["text"]))
