"""The context of a launch as Epic tells it: keys of the token answer, some of them the customer's own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl

from sandbox.clinic.places import ZONE
from sandbox.ehr.current import ehr
from sandbox.ehr.elements import Raw, each, first_text
from sandbox.ehr.flavours.epic.likeness import csn_of
from sandbox.ehr.grants import LaunchContext
from sandbox.ehr.outcomes import FhirRefusal

# Epic's own sandbox has this. https://fhir.epic.com/Documentation?docId=oauth2tutorial
USUAL = "dob=%DOB%&user=%SYSLOGIN%"
LEFT_OUT = ("tenant", "fhirContext")


@dataclass(frozen=True)
class FdiRecord:
    """What a customer set up: whether `appointment` is told, its own keys, and whom a back end stands for."""

    appointment: bool = True
    context: str = USUAL
    background_user: bool = True


@dataclass(frozen=True)
class Scene:
    """What a launch is about, as the chart holds it; empty where the launch is about no such thing."""

    user: Raw
    patient: Raw
    appointment: Raw
    encounter: Raw


def told_to_the_app(answer: dict[str, Any], context: LaunchContext, fdi: FdiRecord) -> dict[str, Any]:
    """The token answer with Epic's keys and the customer's, `fhirContext` not among them."""
    scene = _scene(context)
    told = {name: value for name, value in answer.items() if name not in LEFT_OUT}
    if "need_patient_banner" in told:
        told["need_patient_banner"] = str(told["need_patient_banner"]).lower()
    if "patient" in told:
        told["__epic.dstu2.patient"] = told["patient"]
    if fdi.appointment and (appointment := _appointment(answer)):
        told["appointment"] = appointment
    if department := _department(scene):
        told |= {"location": department, "loginDepartment": department}
    own = {name: value for name, value in customers_keys(fdi.context, scene).items() if value}
    return own | told


def customers_keys(context: str, scene: Scene) -> dict[str, str]:
    """The keys of the CONTEXT field. Raises ValueError for a mnemonic that is not established."""
    found: dict[str, str] = {}
    for name, value in parse_qsl(context, keep_blank_values=True, errors="strict"):
        mnemonic = value.strip("%")
        if value != f"%{mnemonic}%" or mnemonic not in MNEMONICS:
            raise ValueError(f"there is no mnemonic {value} here")
        found[name] = MNEMONICS[mnemonic](scene)
    return found


def _appointment(answer: Mapping[str, Any]) -> str:
    named = first_text(answer, "fhirContext", "reference").removeprefix("Appointment/")
    return str(answer.get("appointment", "")) or named


def _scene(context: LaunchContext) -> Scene:
    return Scene(
        user=_read(*context.user.split("/", 1)),
        patient=_read("Patient", context.patient),
        appointment=_read("Appointment", context.appointment),
        encounter=_read("Encounter", context.encounter),
    )


def _read(kind: str, resource_id: str | None) -> Raw:
    try:
        return ehr().chart.read(kind, resource_id) if resource_id else {}
    except FhirRefusal:
        return {}


def _department(scene: Scene) -> str:
    named = [str(one) for one in each(scene.appointment, "participant", "actor", "reference")]
    named += [str(one) for one in each(scene.encounter, "location", "location", "reference")]
    return next((one.partition("/")[2] for one in named if one.startswith("Location/")), "")


def _birth_date(scene: Scene) -> str:
    told = first_text(scene.patient, "birthDate")
    return date.fromisoformat(told).strftime("%m/%d/%Y") if len(told) == len("2000-01-01") else told


def _time(scene: Scene) -> str:
    start = first_text(scene.appointment, "start")
    return datetime.fromisoformat(start).astimezone(ZONE).strftime("%m/%d/%Y %I:%M %p") if start else ""


# Those that public set-up guides show; Epic's own library is behind its login.
MNEMONICS: Mapping[str, Callable[[Scene], str]] = {
    "DOB": _birth_date,
    "SYSLOGIN": lambda scene: first_text(scene.user, "id").upper(),
    "EPICUSERID": lambda scene: first_text(scene.user, "id"),
    "USERPROVFHIRID": lambda scene: first_text(scene.user, "id"),
    "USERFNAME": lambda scene: first_text(scene.user, "name", "given"),
    "USERLNAME": lambda scene: first_text(scene.user, "name", "family"),
    "EPTID": lambda scene: first_text(scene.patient, "identifier", "value"),
    "CSN": lambda scene: csn_of(scene.appointment) or csn_of(scene.encounter),
    "LOGINDEPTID": _department,
    "EXTENSION;15354": _time,
}
NOBODY = Scene({}, {}, {}, {})
