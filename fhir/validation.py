"""What we write is valid R4: structure by fhir.resources, code lists and invariants by hand.

fhir.resources has no R4; R4B equals R4 for the resources that we write. https://hl7.org/fhir/R4/
"""

from collections import Counter
from collections.abc import Iterator, Sequence

import jsonpatch
import jsonpointer
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
    "Subscription": {"status": frozenset(["requested", "active", "error", "off"])},
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

# The server's own: an update names them unchanged, a patch not at all.
KEPT = ("/id/", "/resourceType/", "/meta/")
PARTICIPANT_STATUS = ("accepted", "declined", "tentative", "needs-action")


def validate_outgoing(raw: Raw) -> None:
    """Raises InvalidResource, naming the elements that break the standard and never their values."""
    if issues := _issues(raw):
        raise InvalidResource(issues)


def validate_change(was: Raw | None, now: Raw) -> None:
    """Raises InvalidResource for what `now` breaks and `was` did not.

    A tenth of what real EHRs hold breaks strict models: that is theirs, and goes back as it came.
    """
    before = Counter(_issues(was)) if was is not None else Counter()
    if text_of(now, "id") is None:
        raise InvalidResource((f"{text_of(now, 'resourceType') or 'resourceType'}.id",))
    if issues := tuple((Counter(_issues(now)) - before).elements()):
        raise InvalidResource(issues)


def validate_patch(operations: Sequence[Raw], was: Raw | None) -> None:
    """Raises InvalidResource for what is no JSON Patch, or does not fit the resource, or makes it invalid.

    https://www.rfc-editor.org/rfc/rfc6902
    """
    try:
        patch = jsonpatch.JsonPatch(operations)
        changed: Raw | None = patch.apply(was) if was is not None else None
    except (jsonpatch.JsonPatchException, jsonpointer.JsonPointerException, TypeError, KeyError):
        raise InvalidResource(("patch",)) from None
    if not operations or any(_touches_kept(each) for each in operations):
        raise InvalidResource(("patch",))
    if changed is not None:
        validate_change(was, changed)


def _touches_kept(operation: Raw) -> bool:
    return operation["op"] != "test" and f"{operation['path']}/".startswith(KEPT)


def _issues(raw: Raw) -> tuple[str, ...]:
    return (*_structure(raw), *_codes(raw), *_invariants(raw))


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
