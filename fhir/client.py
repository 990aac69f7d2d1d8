"""The wire to one FHIR server: timeouts, one re-authorisation, its own links only."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urljoin

import requests

from fhir._elements import Raw, many, text_of
from fhir.errors import (
    ChartAnswerMalformed,
    ChartBusy,
    ChartForbidden,
    ChartNotFound,
    ChartRefused,
    ChartSlow,
    ChartUnauthorized,
    ChartUnreachable,
    ForeignReference,
)
from fhir.references import is_below, parse_reference, same_origin

TIMEOUT = (3.05, 10.0)
MOST_PAGES = 20
FHIR_JSON = "application/fhir+json"
Bearer = Callable[[], str]


class FhirClient:
    """Reads from one FHIR base. `bearer` gives the token, `reauthorize` a new one after a 401.

    The token goes to this base only: no redirect, no foreign reference and no foreign `next` is followed.
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
        self._bearer = bearer
        self._session = session
        self._timeout = timeout
        self._reauthorize = reauthorize

    def read(self, resource_type: str, resource_id: str) -> Raw:
        """The raw resource. https://hl7.org/fhir/R4/http.html#read"""
        raw = self._get(f"{self.base_url}/{resource_type}/{quote(resource_id, safe='')}")
        if raw.get("resourceType") != resource_type:
            raise ChartAnswerMalformed(resource_type)
        return raw

    def read_reference(self, reference: str) -> Raw:
        """What a relative reference, or an absolute one of this server, points to.

        Raises ForeignReference.
        """
        found = parse_reference(reference, self.base_url)
        if found is None:
            raise ForeignReference
        return self.read(found.resource_type, found.id)

    def search(self, query: str, resource_type: str, most_pages: int = MOST_PAGES) -> Iterator[Raw]:
        """Matches of a query such as "Appointment?patient=1", page by page.

        https://hl7.org/fhir/R4/http.html#search
        """
        url: str | None = f"{self.base_url}/{query}"
        for _ in range(most_pages):
            if url is None:
                return
            bundle = self._get(url)
            if bundle.get("resourceType") != "Bundle":
                raise ChartAnswerMalformed("Bundle")
            yield from _matches(bundle, resource_type)
            url = self._next(bundle, url)

    def capability_statement(self) -> Raw:
        """What the server says of itself. https://hl7.org/fhir/R4/http.html#capabilities"""
        return self._get(f"{self.base_url}/metadata")

    def _next(self, bundle: Raw, url: str) -> str | None:
        links = (text_of(link, "url") for link in many(bundle, "link") if link.get("relation") == "next")
        found = next((link for link in links if link), None)
        if found is None:
            return None
        there = urljoin(url, found)
        # Some servers page at another path of the same host.
        if not (is_below(there, self.base_url) or same_origin(there, self.base_url)):
            raise ForeignReference
        return there

    def _get(self, url: str) -> Raw:
        answer = self._send(url, self._bearer())
        if answer.status_code == requests.codes.unauthorized and self._reauthorize is not None:
            answer = self._send(url, self._reauthorize())
        return _parsed(answer)

    def _send(self, url: str, token: str) -> requests.Response:
        headers = {"Accept": FHIR_JSON, "Authorization": f"Bearer {token}"}
        try:
            return self._session.get(url, headers=headers, timeout=self._timeout, allow_redirects=False)
        except requests.Timeout as error:
            raise ChartSlow from error
        except requests.RequestException as error:
            raise ChartUnreachable from error


def _matches(bundle: Raw, resource_type: str) -> Iterator[Raw]:
    for entry in many(bundle, "entry"):
        resource = entry.get("resource")
        # OperationOutcomes and included resources come in the same list.
        if isinstance(resource, dict) and resource.get("resourceType") == resource_type:
            yield resource


def _parsed(answer: requests.Response) -> Raw:
    status = answer.status_code
    if status in (429, 503):
        raise ChartBusy(_retry_at(answer.headers.get("Retry-After")))
    if status >= 500:
        raise ChartUnreachable
    refusals = {401: ChartUnauthorized, 403: ChartForbidden, 404: ChartNotFound, 410: ChartNotFound}
    if status in refusals:
        raise refusals[status]
    if status != 200:
        raise ChartRefused(status)
    try:
        raw = answer.json()
    except ValueError as error:
        raise ChartAnswerMalformed("JSON") from error
    if not isinstance(raw, dict):
        raise ChartAnswerMalformed("JSON")
    return raw


def _retry_at(told: str | None) -> datetime | None:
    """Seconds or an HTTP date. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after"""
    if told is None:
        return None
    if told.strip().isdigit():
        return datetime.now(UTC) + timedelta(seconds=int(told))
    try:
        return parsedate_to_datetime(told).astimezone(UTC)
    except ValueError:
        return None
