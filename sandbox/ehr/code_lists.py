"""Required code lists of R4 that the models do not check, by the path of the element they bind.

https://hl7.org/fhir/R4/terminologies-valuesets.html
"""

_APPOINTMENT = """proposed pending booked arrived fulfilled cancelled noshow entered-in-error checked-in
    waitlist"""
_ENCOUNTER = "planned arrived triaged in-progress onleave finished cancelled entered-in-error unknown"
_EVENT = "preparation in-progress not-done on-hold stopped completed entered-in-error unknown"
_PRIORITY = "routine urgent asap stat"
_IDENTIFIER_USE = "usual official temp secondary old"
_CONTACT_SYSTEM = "phone fax email pager url sms other"
_CONTACT_USE = "home work temp old mobile"
_NAME_USE = "usual official temp nickname anonymous old maiden"
_GENDER = "male female other unknown"

REQUIRED: dict[str, str] = {
    "Appointment.status": _APPOINTMENT,
    "Appointment.participant.status": "accepted declined tentative needs-action",
    "Appointment.participant.required": "required optional information-only",
    "Encounter.status": _ENCOUNTER,
    "Encounter.statusHistory.status": _ENCOUNTER,
    "Encounter.location.status": "planned active reserved completed",
    "Communication.status": _EVENT,
    "Communication.priority": _PRIORITY,
    "DocumentReference.status": "current superseded entered-in-error",
    "DocumentReference.docStatus": "preliminary final amended entered-in-error",
    "DocumentReference.relatesTo.code": "replaces transforms signs appends",
    "Location.status": "active suspended inactive",
    "Location.mode": "instance kind",
    "Patient.gender": _GENDER,
    "Patient.name.use": _NAME_USE,
    "Patient.telecom.system": _CONTACT_SYSTEM,
    "Patient.telecom.use": _CONTACT_USE,
    "RelatedPerson.gender": _GENDER,
    "RelatedPerson.name.use": _NAME_USE,
    "RelatedPerson.telecom.system": _CONTACT_SYSTEM,
    "RelatedPerson.telecom.use": _CONTACT_USE,
    "Practitioner.gender": _GENDER,
    "Practitioner.name.use": _NAME_USE,
    "Practitioner.telecom.system": _CONTACT_SYSTEM,
    "Practitioner.telecom.use": _CONTACT_USE,
    "*.identifier.use": _IDENTIFIER_USE,
    "*.text.status": "generated extensions additional empty",
}


def bound_to(resource_type: str) -> dict[tuple[str, ...], frozenset[str]]:
    """The code lists of one type of resource, by the path below it."""
    lists: dict[tuple[str, ...], frozenset[str]] = {}
    for where, codes in REQUIRED.items():
        owner, *path = where.split(".")
        if owner in ("*", resource_type):
            lists[tuple(path)] = frozenset(codes.split())
    return lists
