"""What Epic serves beside OAuth and FHIR, and the FDI record of the sandbox."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from sandbox.ehr.accounts import PASSWORD, USER
from sandbox.ehr.bearer import Bearer
from sandbox.ehr.current import ehr
from sandbox.ehr.elements import Raw, each, first_text
from sandbox.ehr.faults import spoil
from sandbox.ehr.flavours.epic.context import NOBODY, FdiRecord, customers_keys
from sandbox.ehr.flavours.epic.likeness import CSN

if TYPE_CHECKING:
    from sandbox.ehr.flavours.epic.behaviour import Epic

blueprint = Blueprint("epic", __name__)
STATUS_PATH = "/api/epic/2018/Telehealth/ContextLinking/SetExternalConnectionStatus"
ASKED = ("ConferenceID", "ExternalID", "ExternalIDType", "VendorName", "ConnectionStatus")
# Seen in one public project; the code lists are behind Epic's login.
ID_TYPES = ("1", "2")


@blueprint.get(STATUS_PATH)
def set_external_connection_status() -> ResponseReturnValue:
    """Somebody connects to a video visit or leaves it: the schedule shows it."""
    if not _is_known(request.headers.get("Authorization", "")):
        return _no(401, "the user is not known")
    client_id = request.headers.get("Epic-Client-ID", "")
    if client_id not in ehr().authority.clients:
        return _no(403, "Epic-Client-ID names no app")
    told = {name: request.args.get(name, "") for name in ASKED}
    if missing := [name for name, value in told.items() if not value]:
        return _no(400, f"{missing[0]} is missing")
    if told["ExternalIDType"] not in ID_TYPES or not told["ConnectionStatus"].isdecimal():
        return _no(400, "ExternalIDType or ConnectionStatus is no code of the list")
    visit = next(iter(ehr().view.find("Appointment", ("identifier", f"{CSN}|{told['ConferenceID']}"))), None)
    if visit is None or told["ExternalID"] not in _ids_of(visit):
        return _no(400, "no such conference, or nobody of it")
    row = {"resourceType": "Appointment", "description": f"ConnectionStatus {told['ConnectionStatus']}"}
    bearer = Bearer("", client_id, (), None)
    ehr().written_list.tell(bearer, "SetExternalConnectionStatus", f"Appointment/{visit['id']}", row | told)
    return spoil(jsonify({"Success": True}))


@blueprint.get("/_flavour")
def read_record() -> Response:
    """The FDI record."""
    return jsonify(asdict(_flavour().fdi))


@blueprint.post("/_flavour")
def change_record() -> ResponseReturnValue:
    """Change the FDI record: `appointment`, `context`, `background_user`."""
    order: Mapping[str, Any] = request.get_json(silent=True, force=True) or {}
    usual = asdict(FdiRecord())
    if any(name not in usual or type(value) is not type(usual[name]) for name, value in order.items()):
        return jsonify({"error": f"the record has {', '.join(usual)}"}), 400
    try:
        customers_keys(order.get("context", ""), NOBODY)
    except ValueError as wrong:
        return jsonify({"error": str(wrong)}), 400
    _flavour().fdi = replace(_flavour().fdi, **order)
    return read_record()


def _flavour() -> "Epic":
    return cast("Epic", ehr().flavour)


def _is_known(authorization: str) -> bool:
    scheme, _, encoded = authorization.partition(" ")
    try:
        given = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return False
    return scheme.lower() == "basic" and hmac.compare_digest(given, f"emp${USER}:{PASSWORD}".encode())


def _ids_of(visit: Raw) -> set[str]:
    """What those who take part are called: the numbers of their records."""
    named = [str(one).split("/", 1) for one in each(visit, "participant", "actor", "reference")]
    people = [ehr().chart.read(*one) for one in named if one[0] in ("Patient", "Practitioner")]
    return {first_text(person, "identifier", "value") for person in people}


def _no(status: int, says: str) -> tuple[Response, int]:
    return jsonify({"Message": f"SetExternalConnectionStatus: {says}"}), status
