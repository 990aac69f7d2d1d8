"""The clinic's resources on another FHIR R4 server, which knows no OAuth: ours stands in front of it."""

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

import requests

from sandbox.ehr.charts import Created, Page, refuse_stale
from sandbox.ehr.elements import Raw
from sandbox.ehr.mending import Mended, mended
from sandbox.ehr.outcomes import FhirRefusal, Issue, not_found
from sandbox.ehr.queries import Query
from sandbox.ehr.validation import refuse_invalid

TIMEOUT = (2, 10)
JSON = {"Accept": "application/fhir+json", "Content-Type": "application/fhir+json"}
PATCH = {**JSON, "Content-Type": "application/json-patch+json"}

Headers = Mapping[str, str]


class RemoteChart:
    """Implements the Chart port over HTTP; ``our_base`` is what its absolute URLs become."""

    def __init__(self, base: str, our_base: str, session: requests.Session | None = None) -> None:
        self._base = base.rstrip("/")
        self._our_base = our_base
        self._session = session or requests.Session()
        self._session.trust_env = False  # a proxy of the environment knows nothing of loopback
        self.mended: list[Mended] = []

    def read(self, resource_type: str, resource_id: str) -> Raw:
        """The resource as it stands."""
        return self._resource("GET", f"{self._base}/{resource_type}/{resource_id}")

    def search(self, query: Query) -> Page:
        """The first page; the other server turns its own pages."""
        passed_on = [(name, value) for name, value in query.asked if name != "_include"]
        named = {name for name, _ in passed_on}
        if "_count" not in named:
            passed_on.append(("_count", str(query.count)))
        if "_sort" not in named and query.ability.parameter("date"):
            passed_on.append(("_sort", "date"))
        return self._page(self._send("GET", f"{self._base}/{query.resource_type}", params=passed_on))

    def create(self, resource: Raw, if_none_exist: Query | None = None) -> Created:
        """Keep a new resource under an id of the other server's choosing."""
        refuse_invalid(resource)
        if if_none_exist is not None and (found := self.search(if_none_exist).resources):
            if len(found) > 1:
                raise FhirRefusal(412, Issue("conflict", "More than one resource meets If-None-Exist."))
            return Created(found[0], fresh=False)
        return Created(self._resource("POST", f"{self._base}/{resource['resourceType']}", body=resource))

    def update(self, resource: Raw, if_match: str | None) -> Raw:
        """Replace a resource whose version is still ``if_match``."""
        refuse_invalid(resource)
        url = self._checked_url(resource["resourceType"], str(resource["id"]), if_match)
        return self._resource("PUT", url, body=resource, headers={**JSON, "If-Match": str(if_match)})

    def patch(self, resource_type: str, resource_id: str, operations: object, if_match: str | None) -> Raw:
        """Apply a JSON Patch to a resource whose version is still ``if_match``."""
        url = self._checked_url(resource_type, resource_id, if_match)
        return self._resource("PATCH", url, body=operations, headers={**PATCH, "If-Match": str(if_match)})

    def delete(self, resource_type: str, resource_id: str) -> None:
        """Nothing is deleted there: what may be is never made there."""
        raise not_found(f"{resource_type}/{resource_id}")

    def put(self, resource: Raw) -> None:
        """Keep a resource of the clinic under its own id, mended until the other server takes it."""
        raw, what = mended(resource)
        self.mended += what
        self._send("PUT", f"{self._base}/{raw['resourceType']}/{raw['id']}", body=raw)

    def _checked_url(self, resource_type: str, resource_id: str, if_match: str | None) -> str:
        """Servers differ in what they make of a missing or stale If-Match: ours is one answer."""
        current = self.read(resource_type, resource_id)
        refuse_stale(if_match, str(current["meta"]["versionId"]))
        return f"{self._base}/{resource_type}/{resource_id}"

    def _page(self, bundle: Raw) -> Page:
        held = [entry["resource"] for entry in bundle.get("entry", []) if "resource" in entry]
        resources = [_rewritten(raw, self._base, self._our_base) for raw in held]
        onward = next((link["url"] for link in bundle.get("link", []) if link["relation"] == "next"), None)
        if onward is None or not self._is_theirs(onward):
            return Page(resources, bundle.get("total"))
        return Page(resources, bundle.get("total"), lambda: self._page(self._send("GET", onward)))

    def _is_theirs(self, url: str) -> bool:
        ours, theirs = urlsplit(url), urlsplit(self._base)
        return (ours.scheme, ours.netloc) == (theirs.scheme, theirs.netloc)

    def _resource(self, method: str, url: str, *, body: object = None, headers: Headers = JSON) -> Raw:
        return _rewritten(self._send(method, url, body=body, headers=headers), self._base, self._our_base)

    def _send(
        self,
        method: str,
        url: str,
        *,
        params: list[tuple[str, str]] | None = None,
        body: object = None,
        headers: Headers = JSON,
    ) -> Raw:
        try:
            answer = self._session.request(
                method, url, params=params, json=body, headers=dict(headers), timeout=TIMEOUT
            )
            raw = answer.json()
        except (requests.RequestException, ValueError):
            raise FhirRefusal(502, Issue("transient", "The FHIR server behind this EHR is away.")) from None
        if not answer.ok or not isinstance(raw, dict):
            raise FhirRefusal(answer.status_code, outcome=_outcome(raw))
        return raw


def _rewritten(raw: Raw, theirs: str, ours: str) -> Raw:
    """The same resource with the other server's absolute URLs turned into ours."""
    text = json.dumps(raw).replace(json.dumps(f"{theirs}/")[:-1], json.dumps(f"{ours}/")[:-1])
    rewritten: Raw = json.loads(text)
    return rewritten


def _outcome(raw: object) -> Raw:
    if isinstance(raw, dict) and raw.get("resourceType") == "OperationOutcome":
        return raw
    return {
        "resourceType": "OperationOutcome",
        "issue": [
            {"severity": "error", "code": "exception", "diagnostics": "No OperationOutcome was given."}
        ],
    }
