"""The wire to one FHIR server: timeouts, one re-authorisation, its own links only."""

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
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
from fhir.references import parse_reference, same_origin

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
        self._renewing = threading.Lock()

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
        token = self._bearer()
        answer = self._send(url, token)
        if answer.status_code == requests.codes.unauthorized and self._reauthorize is not None:
            answer = self._send(url, self._another(token, self._reauthorize))
        return _parsed(answer)

    def _another(self, refused: str, reauthorize: Bearer) -> str:
        """Of reads that are refused side by side, the first one gets a new token for all."""
        with self._renewing:
            current = self._bearer()
            return current if current != refused else reauthorize()

    def _send(self, url: str, token: str) -> requests.Response:
        # From None: what requests says of a failure holds the URL, and so the id.
        headers = {"Accept": FHIR_JSON, "Authorization": f"Bearer {token}"}
        try:
            return self._session.get(url, headers=headers, timeout=self._timeout, allow_redirects=False)
        except requests.Timeout:
            raise ChartSlow from None
        except requests.RequestException:
            raise ChartUnreachable from None


def _matches(bundle: Raw, resource_type: str) -> Iterator[Raw]:
    for entry in many(bundle, "entry"):
        resource = entry.get("resource")
        # OperationOutcomes and included resources come in the same list.
        if isinstance(resource, dict) and resource.get("resourceType") == resource_type:
            yield resource


def _parsed(answer: requests.Response) -> Raw:
    status = answer.status_code
    if status in (429, 503):
        raise ChartBusy(_retry_after(answer.headers))
    if status >= 500:
        raise ChartUnreachable
    refusals = {401: ChartUnauthorized, 403: ChartForbidden, 404: ChartNotFound, 410: ChartNotFound}
    if status in refusals:
        raise refusals[status]
    if status != 200:
        raise ChartRefused(status)
    try:
        raw = answer.json()
    except (ValueError, RecursionError):
        raise ChartAnswerMalformed("JSON") from None
    if not isinstance(raw, dict):
        raise ChartAnswerMalformed("JSON")
    return raw


def _retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """Seconds, or an HTTP date, which is measured by the server's own clock.

    https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
    """
    told = headers.get("Retry-After", "").strip()
    if told.isascii() and told.isdigit() and len(told) < 9:
        return timedelta(seconds=int(told))
    try:
        wait = parsedate_to_datetime(told) - parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, TypeError):
        return None
    return max(wait, timedelta(0))
