"""What we write is valid R4: structure by fhir.resources, code lists and invariants by hand.

fhir.resources has no R4; R4B equals R4 for the resources that we write. https://hl7.org/fhir/R4/
"""

from collections.abc import Iterator

from pydantic import ValidationError

from fhir._elements import Raw, many, one, text_of
from fhir.errors import InvalidResource

# The library takes any text as a code.
REQUIRED_CODES = {
    "Appointment": {
        "status": frozenset(
            [
                "proposed",
                "pending",
                "booked",
                "arrived",
                "fulfilled",
                "cancelled",
                "noshow",
                "entered-in-error",
                "checked-in",
                "waitlist",
            ]
        )
    },
    "Communication": {
        "status": frozenset(
            [
                "preparation",
                "in-progress",
                "not-done",
                "on-hold",
                "stopped",
                "completed",
                "entered-in-error",
                "unknown",
            ]
        ),
        "priority": frozenset(["routine", "urgent", "asap", "stat"]),
    },
    "DocumentReference": {
        "status": frozenset(["current", "superseded", "entered-in-error"]),
        "docStatus": frozenset(["preliminary", "final", "amended", "entered-in-error"]),
    },
    "Encounter": {
        "status": frozenset(
            [
                "planned",
                "arrived",
                "triaged",
                "in-progress",
                "onleave",
                "finished",
                "cancelled",
                "entered-in-error",
                "unknown",
            ]
        )
    },
}

PARTICIPANT_STATUS = ("accepted", "declined", "tentative", "needs-action")


def validate_outgoing(raw: Raw) -> None:
    """Raises InvalidResource, naming the elements that break the standard and never their values."""
    issues = (*_structure(raw), *_codes(raw), *_invariants(raw))
    if issues:
        raise InvalidResource(issues)


def _structure(raw: Raw) -> Iterator[str]:
    # Imported here: the models take half a second, and reading never needs them.
    from fhir.resources.R4B import get_fhir_model_class

    resource_type = text_of(raw, "resourceType")
    if resource_type not in REQUIRED_CODES:
        yield "resourceType"
        return
    try:
        get_fhir_model_class(resource_type).model_validate(raw)
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_context=False, include_input=False):
            yield ".".join((resource_type, *(str(part) for part in fault["loc"] if isinstance(part, str))))


def _codes(raw: Raw) -> Iterator[str]:
    resource_type = text_of(raw, "resourceType") or ""
    for element, allowed in REQUIRED_CODES.get(resource_type, {}).items():
        if element in raw and raw[element] not in allowed:
            yield f"{resource_type}.{element}"


def _invariants(raw: Raw) -> Iterator[str]:
    """app-1 to app-4. https://hl7.org/fhir/R4/appointment.html#invs"""
    if raw.get("resourceType") != "Appointment":
        return
    if not all(
        one(participant, "actor") or list(many(participant, "type"))
        for participant in many(raw, "participant")
    ):
        yield "Appointment.participant: app-1"
    if any(text_of(each, "status") not in PARTICIPANT_STATUS for each in many(raw, "participant")):
        yield "Appointment.participant.status"
    if ("start" in raw) != ("end" in raw):
        yield "Appointment.start: app-2"
    if "start" not in raw and raw.get("status") not in ("proposed", "cancelled", "waitlist"):
        yield "Appointment.start: app-3"
    if "cancelationReason" in raw and raw.get("status") not in ("cancelled", "noshow"):
        yield "Appointment.cancelationReason: app-4"
