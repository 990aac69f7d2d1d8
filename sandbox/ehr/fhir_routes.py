"""The FHIR R4 server over HTTP. https://hl7.org/fhir/R4/http.html"""

import json
from dataclasses import replace

from flask import Blueprint, Response, request

from sandbox.ehr.bearer import Bearer, bearer_of
from sandbox.ehr.capability import capability_statement
from sandbox.ehr.charts import etag
from sandbox.ehr.checks import Check, refusal
from sandbox.ehr.current import door_at, ehr
from sandbox.ehr.elements import Raw
from sandbox.ehr.faults import spoil
from sandbox.ehr.fhir_service import FhirService
from sandbox.ehr.outcomes import FhirRefusal, Issue, bad_request, not_supported, outcome_of, went_well

FHIR_JSON = "application/fhir+json"
RESOURCE_TYPES = ("application/fhir+json", "application/json")
PATCH_TYPE = "application/json-patch+json"
ALL = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


blueprint = Blueprint("fhir", __name__)


@blueprint.get("/metadata")
def metadata() -> Response:
    """The CapabilityStatement, for everybody."""
    statement = capability_statement(ehr().config, ehr().began, ehr().limits, door_at(request.path))
    if other := ehr().switches.take("other_base"):
        statement["implementation"]["url"] = other["url"]
    return answered(statement)


@blueprint.get("/<resource_type>/<resource_id>")
def read(resource_type: str, resource_id: str) -> Response:
    """One resource."""
    raw = _fhir().read(_bearer(), resource_type, resource_id)
    return ehr().flavour.answered(_versioned(answered(raw), raw), raw, is_write=False)


@blueprint.get("/<resource_type>")
def search(resource_type: str) -> Response:
    """A search, or the next page of one."""
    bearer = _bearer()
    cursor = ehr().flavour.cursor
    if cursor in request.args:
        return answered(_fhir().turn(bearer, resource_type, request.args[cursor]))
    return answered(_fhir().search(bearer, resource_type, list(request.args.items(multi=True))))


@blueprint.post("/<resource_type>/_search")
def search_by_form(resource_type: str) -> Response:
    """A search whose parameters stay out of the URL."""
    bearer = _bearer()
    params = [*request.args.items(multi=True), *request.form.items(multi=True)]
    return answered(_fhir().search(bearer, resource_type, params))


@blueprint.post("/<resource_type>")
def create(resource_type: str) -> Response:
    """A new resource; conditional with If-None-Exist."""
    bearer = _bearer()
    body = _body(RESOURCE_TYPES)
    created = _fhir().create(bearer, resource_type, body, request.headers.get("If-None-Exist"))
    response = _preferred(created.resource, 201 if created.fresh else 200)
    version = created.resource["meta"]["versionId"]
    address = f"{_fhir().base}/{resource_type}/{created.resource['id']}/_history/{version}"
    response.headers["Location"] = address
    return spoil(ehr().flavour.answered(response, created.resource, is_write=True))


@blueprint.put("/<resource_type>/<resource_id>")
def update(resource_type: str, resource_id: str) -> Response:
    """A resource replaced; If-Match names the version it was read at."""
    bearer = _bearer()
    body = _body(RESOURCE_TYPES)
    if_match = request.headers.get("If-Match")
    return _changed(_fhir().update(bearer, resource_type, resource_id, body, if_match))


@blueprint.patch("/<resource_type>/<resource_id>")
def patch(resource_type: str, resource_id: str) -> Response:
    """A resource changed by JSON Patch; If-Match likewise."""
    bearer = _bearer()
    body = _body((PATCH_TYPE,))
    if_match = request.headers.get("If-Match")
    return _changed(_fhir().patch(bearer, resource_type, resource_id, body, if_match))


@blueprint.delete("/<resource_type>/<resource_id>")
def delete(resource_type: str, resource_id: str) -> Response:
    """A resource goes."""
    _fhir().delete(_bearer(), resource_type, resource_id)
    return spoil(Response(status=204))


@blueprint.route("/", methods=ALL, defaults={"path": ""})
@blueprint.route("/<path:path>", methods=ALL)
def anything_else(path: str) -> Response:
    """What this server does not do."""
    _bearer()
    raise not_supported("This interaction")


def answered(raw: Raw, status: int = 200) -> Response:
    """A resource as FHIR JSON, which nobody in between may keep."""
    response = Response(json.dumps(raw, ensure_ascii=False), status, mimetype=FHIR_JSON)
    response.headers["Cache-Control"] = "no-store"
    return response


def refused_bearer(check: Check) -> Response:
    """A token that does not do: RFC 6750 §3, with an OperationOutcome for those who read it."""
    code = {401: "login", 403: "forbidden"}.get(check.status, "invalid")
    says = f"{check.id}: {check.rule}"
    response = answered(outcome_of((Issue(code, says),)), check.status)
    error = f', error="{check.error}", error_description="{says}"' if check.error else ""
    response.headers["WWW-Authenticate"] = f'Bearer realm="sandbox EHR"{error}'
    return response


def _fhir() -> FhirService:
    """The server as it is seen by this door: its links lead there."""
    return replace(ehr().fhir, base=f"{ehr().config.base_url}{door_at(request.path).fhir}")


def _bearer() -> Bearer:
    """The bearer of the request's token, who can read what is spoken here."""
    bearer = bearer_of(ehr().authority, request.headers.get("Authorization", ""), request.args)
    # A token is of the base that it was asked for.
    if ehr().flavour.door_of(bearer.user) != door_at(request.path):
        raise refusal("bearer-unknown")
    accepted = request.accept_mimetypes
    if accepted and not any(accepted[one] for one in ehr().flavour.media_types):
        raise FhirRefusal(406, Issue("not-supported", f"Only {FHIR_JSON} is spoken here."))
    return bearer


def _body(media_types: tuple[str, ...]) -> object:
    if request.mimetype not in media_types:
        raise FhirRefusal(415, Issue("not-supported", f"The body is {media_types[0]}."))
    try:
        return json.loads(request.get_data())
    except ValueError:
        raise bad_request("The body is no JSON.", "structure") from None


def _changed(raw: Raw) -> Response:
    return spoil(ehr().flavour.answered(_preferred(raw, 200), raw, is_write=True))


def _preferred(raw: Raw, status: int) -> Response:
    """Nothing but headers, as real EHRs answer a write, unless ``Prefer`` asks for more."""
    prefer = request.headers.get("Prefer", "")
    if "return=representation" in prefer:
        response = answered(raw, status)
    elif "return=OperationOutcome" in prefer:
        response = answered(went_well(), status)
    else:
        response = Response(status=status, mimetype=FHIR_JSON)
    return _versioned(response, raw)


def _versioned(response: Response, raw: Raw) -> Response:
    response.headers["ETag"] = etag(raw)
    return response
