"""One EHR's chart over the wire: reads, searches and writes, at its own base only."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote, urljoin

import requests

from fhir._elements import Raw, many, text_of, version_of
from fhir.decimals import ExactDecimal, to_json
from fhir.errors import ChartAnswerMalformed, ChartRefused, ForeignReference
from fhir.references import parse_reference, same_origin
from fhir.refusals import read_refusal, write_refusal
from fhir.validation import validate_change, validate_outgoing, validate_patch
from fhir.wire import FHIR_JSON, Ask, Bearer, Wire
from fhir.written import Written, entity_tag, version_in, written_by

TIMEOUT = (3.05, 10.0)
MOST_PAGES = 20
JSON_PATCH = "application/json-patch+json"


class FhirClient:
    """Reads from and writes to one FHIR base. `bearer` gives the token, `reauthorize` a new one after a 401.

    The token goes to this base only: no redirect, no foreign reference and no foreign `next` is followed.
    A write is sent once: an error whose `outcome_known` is False is settled by looking.
    """

    def __init__(
        self,
        base_url: str,
        bearer: Bearer,
        session: requests.Session,
        timeout: tuple[float, float] = TIMEOUT,
        reauthorize: Bearer | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._wire = Wire(session, timeout, bearer, reauthorize)

    def read(self, resource_type: str, resource_id: str) -> Raw:
        """The raw resource. https://hl7.org/fhir/R4/http.html#read"""
        return self.read_versioned(resource_type, resource_id)[0]

    def read_versioned(self, resource_type: str, resource_id: str) -> tuple[Raw, str | None]:
        """The raw resource and its version, which some servers tell in the ETag alone; None: none told."""
        answer = self._wire.send(Ask(self._address(resource_type, resource_id)))
        raw = _parsed(answer)
        if raw.get("resourceType") != resource_type:
            raise ChartAnswerMalformed(resource_type)
        return raw, version_of(raw) or version_in(answer.headers)

    def read_reference(self, reference: str) -> Raw:
        """What a relative reference, or an absolute one of this server, points to.

        Raises ForeignReference.
        """
        found = parse_reference(reference, self.base_url)
        if found is None:
            raise ForeignReference
        return self.read(found.resource_type, found.id)

    def search(self, query: str, resource_type: str, most_pages: int = MOST_PAGES) -> Iterator[Raw]:
        """Matches of a query such as "Appointment?patient=1", page by page, `most_pages` at most.

        Raises ForeignReference if the next page lies on another server.
        https://hl7.org/fhir/R4/http.html#search
        """
        url: str | None = f"{self.base_url}/{query}"
        seen: set[str] = set()
        while url is not None and url not in seen and len(seen) < most_pages:
            seen.add(url)
            bundle = self._get(url)
            if bundle.get("resourceType") != "Bundle":
                raise ChartAnswerMalformed("Bundle")
            yield from _matches(bundle, resource_type)
            url = self._next(bundle, url)

    def capability_statement(self) -> Raw:
        """What the server says of itself. https://hl7.org/fhir/R4/http.html#capabilities"""
        return self._get(f"{self.base_url}/metadata")

    def create(self, resource: Raw, *, if_none_exist: str | None = None) -> Written:
        """A new resource; with `if_none_exist` (search parameters) only if nothing meets them yet.

        Raises InvalidResource before anything is sent, ChartDuplicate, ChartRefused and the wire's errors.
        https://hl7.org/fhir/R4/http.html#create
        """
        validate_outgoing(resource)
        condition = {"If-None-Exist": if_none_exist} if if_none_exist else {}
        headers = {"Content-Type": FHIR_JSON, **condition}
        resource_type = str(resource["resourceType"])
        ask = Ask(f"{self.base_url}/{resource_type}", "POST", headers, to_json(resource))
        return self._write(ask, resource_type, None)

    def update(self, resource: Raw, *, if_match: str | None, was: Raw | None = None) -> Written:
        """A resource replaced as a whole, if its version is still `if_match`.

        Faults that it had when it was read (`was`) are the chart's own and go back as they came.
        Raises InvalidResource before anything is sent, ChartConflict, ChartRefused and the wire's errors.
        https://hl7.org/fhir/R4/http.html#update
        """
        validate_change(was, resource)
        resource_type, resource_id = str(resource["resourceType"]), str(resource["id"])
        headers = {"Content-Type": FHIR_JSON, **_matching(if_match)}
        ask = Ask(self._address(resource_type, resource_id), "PUT", headers, to_json(resource))
        return self._write(ask, resource_type, resource_id)

    def patch(
        self,
        resource_type: str,
        resource_id: str,
        operations: Sequence[Raw],
        *,
        if_match: str | None,
        was: Raw | None = None,
    ) -> Written:
        """A resource changed by a JSON Patch, if its version is still `if_match`.

        With `was`, the resource as read, what would come of it is validated too.
        Raises InvalidResource before anything is sent, ChartConflict, ChartRefused and the wire's errors.
        https://hl7.org/fhir/R4/http.html#patch
        """
        validate_patch(operations, was)
        headers = {"Content-Type": JSON_PATCH, **_matching(if_match)}
        ask = Ask(self._address(resource_type, resource_id), "PATCH", headers, to_json(list(operations)))
        return self._write(ask, resource_type, resource_id)

    def delete(self, resource_type: str, resource_id: str) -> None:
        """A resource of ours goes; one that is gone is as good. Raises ChartRefused and the wire's errors.

        https://hl7.org/fhir/R4/http.html#delete
        """
        answer = self._wire.send(
            Ask(self._address(resource_type, resource_id), "DELETE", {"Prefer": "return=minimal"})
        )
        if not 200 <= answer.status_code < 300 and answer.status_code not in (404, 410):
            raise write_refusal(answer, creating=False)

    def tell_apart(self, url: str, headers: Mapping[str, str]) -> Written:
        """Tell an interface of the EHR's own something by a GET, with its credentials in place of our token.

        Sent once. Raises ChartRefused and the wire's errors.
        """
        answer = self._wire.send_apart(Ask(url, headers=headers, changes=True))
        if answer.status_code in (401, 403):
            raise ChartRefused(answer.status_code)
        if not 200 <= answer.status_code < 300:
            raise write_refusal(answer, creating=False)
        return Written(None, None, answer.status_code)

    def _address(self, resource_type: str, resource_id: str) -> str:
        return f"{self.base_url}/{resource_type}/{quote(resource_id, safe='')}"

    def _next(self, bundle: Raw, url: str) -> str | None:
        links = (text_of(link, "url") for link in many(bundle, "link") if link.get("relation") == "next")
        found = next((link for link in links if link), None)
        if found is None:
            return None
        there = urljoin(url, found)
        # Some servers page at another path of the same host.
        if not same_origin(there, self.base_url):
            raise ForeignReference
        return there

    def _get(self, url: str) -> Raw:
        return _parsed(self._wire.send(Ask(url)))

    def _write(self, ask: Ask, resource_type: str, resource_id: str | None) -> Written:
        # Epic answers no body unless asked for one, others the whole resource unless asked for none.
        headers = {**ask.headers, "Prefer": "return=minimal"}
        answer = self._wire.send(replace(ask, headers=headers))
        if not 200 <= answer.status_code < 300:
            raise write_refusal(answer, creating=resource_id is None)
        return written_by(answer, resource_type, resource_id)


def _matching(if_match: str | None) -> dict[str, str]:
    return {"If-Match": entity_tag(if_match)} if if_match else {}


def _matches(bundle: Raw, resource_type: str) -> Iterator[Raw]:
    for entry in many(bundle, "entry"):
        resource = entry.get("resource")
        # OperationOutcomes and included resources come in the same list.
        if isinstance(resource, dict) and resource.get("resourceType") == resource_type:
            yield resource


def _parsed(answer: requests.Response) -> Raw:
    if answer.status_code != 200:
        raise read_refusal(answer)
    try:
        raw = answer.json(parse_float=ExactDecimal)
    except (ValueError, RecursionError):
        raise ChartAnswerMalformed("JSON") from None
    if not isinstance(raw, dict):
        raise ChartAnswerMalformed("JSON")
    return raw
