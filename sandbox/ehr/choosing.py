"""A standalone launch: who signs in, and whose chart or which appointment it is about."""

from dataclasses import dataclass

from sandbox.ehr.authorization_request import AuthorizationRequest
from sandbox.ehr.checks import refusal
from sandbox.ehr.elements import Raw, first_text, human_name
from sandbox.ehr.grants import LaunchContext
from sandbox.ehr.world import Ehr

VISIT_SCOPES = ("launch/encounter", "launch/appointment")


@dataclass(frozen=True)
class Choice:
    """One thing to pick: its value in the form and what it says."""

    value: str
    label: str


@dataclass(frozen=True)
class ChoicePage:
    """What the page offers; ``subjects`` is empty where the app asked for no context."""

    key: str
    client_id: str
    scopes: tuple[str, ...]
    users: list[Choice]
    subjects: list[Choice]


def choice_page(ehr: Ehr, request: AuthorizationRequest) -> ChoicePage:
    """Let the request wait and offer what it needs chosen."""
    users = [Choice(f"Practitioner/{raw['id']}", human_name(raw)) for raw in ehr.practitioners()]
    patients = ehr.patients()
    users += [Choice(f"Patient/{raw['id']}", f"{human_name(raw)} (patient)") for raw in patients]
    users += [
        Choice(
            f"RelatedPerson/{raw['id']}",
            f"{human_name(raw)} ({first_text(raw, 'relationship', 'text')} of a patient)",
        )
        for raw in ehr.guardians()
    ]
    users = [one for one in users if ehr.base_of(one.value) == request.aud]
    subjects: list[Choice] = []
    if any(scope in request.scopes for scope in VISIT_SCOPES):
        subjects += _visits(ehr)
    if subjects or "launch/patient" in request.scopes:
        subjects += [Choice(f"Patient/{raw['id']}", human_name(raw)) for raw in patients]
    key = ehr.authority.pending.put(request)
    return ChoicePage(key, request.client_id, request.scopes, users, subjects)


def chosen_context(ehr: Ehr, user: str, subject: str) -> LaunchContext:
    """The context that a person chose. Raises Refused, FhirRefusal."""
    resource_type, _, user_id = user.partition("/")
    if resource_type not in ("Practitioner", "Patient", "RelatedPerson"):
        raise refusal("choose-unknown")
    own = _own_chart(ehr.chart.read(resource_type, user_id))
    if subject.startswith("Appointment/"):
        line = ehr.view.line(subject.partition("/")[2])
        if own not in ("", line.patient_id):
            raise refusal("choose-unknown")
        return LaunchContext(
            user, line.patient_id, line.encounter_id, line.appointment_id, need_patient_banner=True
        )
    patient = own or subject.removeprefix("Patient/")
    if patient:
        ehr.chart.read("Patient", patient)
    return LaunchContext(user, patient or None, need_patient_banner=True)


def _own_chart(signed_in: Raw) -> str:
    """Whose chart somebody from the portal sees; nothing for a practitioner, who picks."""
    if signed_in["resourceType"] == "Patient":
        return str(signed_in["id"])
    return first_text(signed_in, "patient", "reference").removeprefix("Patient/")


def _visits(ehr: Ehr) -> list[Choice]:
    names = {raw["id"]: human_name(raw) for raw in ehr.patients()}
    return [
        Choice(
            f"Appointment/{line.appointment_id}",
            f"{names.get(line.patient_id, line.patient_id)}, {line.start:%H:%M}, {line.reason}",
        )
        for line in ehr.schedule()
        if line.start
    ]
