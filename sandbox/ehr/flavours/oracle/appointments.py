"""Patches of an appointment: few paths, few transitions, and the links of a video visit."""

from collections.abc import Mapping
from typing import Any

from sandbox.ehr.elements import Raw, each
from sandbox.ehr.flavours.flavour import Change
from sandbox.ehr.flavours.oracle.likeness import PATIENT_ROOM, PROVIDER_ROOM, is_video_visit, rooms
from sandbox.ehr.flavours.oracle.operations import operations_of, refused
from sandbox.ehr.outcomes import FhirRefusal, Issue

PATIENT_STATUS = "/patient-status"
PLAIN = (
    "/status",
    "/slot",
    "/reasonCode",
    "/cancelationReason",
    PATIENT_STATUS,
    "/extension",
    "/comment",
)
# The provider's link has the index 0 and the patient's 1, in whatever order the rooms are read.
PROVIDER_LINK, PATIENT_LINK = "/contained/0/telecom/0/value", "/contained/1/telecom/0/value"
FROM, UNTIL = "/contained/0/telecom/0/period/start", "/contained/0/telecom/0/period/end"
VIDEO = (PROVIDER_LINK, PATIENT_LINK, FROM, UNTIL)
LONGEST_LINK = 255
TRANSITIONS: Mapping[str, tuple[str, ...]] = {
    "proposed": ("booked", "cancelled"),
    "booked": ("arrived", "checked-in", "cancelled"),
    "arrived": ("checked-in", "cancelled"),
    "checked-in": ("fulfilled", "cancelled"),
}


def refuse_wrong(change: Change) -> None:
    """Raises a 409 for links that are there already, a 422 for anything else that is not taken."""
    operations = operations_of(change, (*PLAIN, *VIDEO))
    by_path = {str(one["path"]): one for one in operations}
    if "/status" in by_path:
        _check_transition(change.before, by_path)
    if any(path in by_path for path in VIDEO):
        _check_links(change.before, by_path)


def carried_out(change: Change) -> list[Raw]:
    """The operations on the appointment as the chart holds it."""
    operations = operations_of(change, (*PLAIN, *VIDEO))
    told = {str(one["path"]): one["value"] for one in operations}
    plain = [one for one in operations if one["path"] not in (*VIDEO, PATIENT_STATUS)]
    patient = _patient_status(change.before, told) if PATIENT_STATUS in told else []
    return [*plain, *patient, *(_links(change.before, told) if PROVIDER_LINK in told else [])]


def _check_transition(before: Raw, by_path: Mapping[str, Any]) -> None:
    wanted = by_path["/status"]["value"]
    if wanted not in TRANSITIONS.get(before["status"], ()):
        raise refused(f"An appointment does not go from {before['status']} to that status.")
    if wanted == "booked" and "/slot" not in by_path:
        raise refused("An appointment is booked with its slot.")


def _check_links(before: Raw, by_path: Mapping[str, Any]) -> None:
    if not is_video_visit(before):
        raise refused("This is no video visit.")
    if any(path not in by_path for path in VIDEO):
        raise refused("Both links and both ends of the period come together.")
    ways = {by_path[path]["op"] for path in VIDEO}
    if len(ways) > 1:
        raise refused("The links are all added, or all replaced.")
    is_linked = any(each(before, "contained", "telecom", "value"))
    if ways == {"add"} and is_linked:
        raise FhirRefusal(409, Issue("conflict", "This video visit has its links."))
    if ways == {"replace"} and not is_linked:
        raise refused("This video visit has no links to replace.")
    for path in (PROVIDER_LINK, PATIENT_LINK):
        if len(str(by_path[path]["value"])) > LONGEST_LINK:
            raise refused("A link has 255 characters at most.")


def _links(before: Raw, told: Mapping[str, Any]) -> list[Raw]:
    held = rooms(before)
    period = {"start": told[FROM], "end": told[UNTIL]}
    return [
        {
            "op": "add",
            "path": f"/contained/{held[room]}/telecom",
            "value": [{"system": "url", "value": told[path], "period": period}],
        }
        for room, path in ((PROVIDER_ROOM, PROVIDER_LINK), (PATIENT_ROOM, PATIENT_LINK))
    ]


def _patient_status(before: Raw, told: Mapping[str, Any]) -> list[Raw]:
    return [
        {"op": "replace", "path": f"/participant/{index}/status", "value": told[PATIENT_STATUS]}
        for index, one in enumerate(before["participant"])
        if str(one.get("actor", {}).get("reference", "")).startswith("Patient/")
    ]
