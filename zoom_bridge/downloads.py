"""Fetching a recording: a stream of bytes from Zoom's own hosts, and from nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urljoin, urlsplit

import requests

from zoom_bridge.errors import (
    ZoomAnswerLost,
    ZoomDownloadElsewhere,
    ZoomDownloadRefused,
    ZoomFailing,
    ZoomUnreachable,
)
from zoom_bridge.regions import DOMAINS
from zoom_bridge.wire import TIMEOUT, Bearer, Timeout

CHUNK = 64 * 1024
MOST_REDIRECTS = 5
REDIRECTS = (301, 302, 303, 307, 308)


class Downloads:
    """Reads from `hosts`, from Zoom's domains by https, and from the configured API's own origin.

    https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording/GET/meetings/{meetingId}/recordings
    """

    def __init__(
        self,
        session: requests.Session,
        api_url: str,
        hosts: tuple[str, ...] = (),
        timeout: Timeout = TIMEOUT,
    ) -> None:
        self._session = session
        self._home = _origin(api_url)
        self._hosts = frozenset(host.casefold() for host in hosts)
        self._timeout = timeout

    @contextmanager
    def read(self, address: str, ticket: str | None) -> Iterator[Iterator[bytes]]:
        """The bytes as they come. The ticket goes to the first host only: a redirect carries its own.

        Raises ZoomDownloadElsewhere before anything is sent to a stranger, ZoomDownloadRefused, and what a
        broken connection raises, also while it is read.
        """
        with self._followed(address, ticket) as answer:
            yield _parts(answer)

    def _followed(self, address: str, ticket: str | None) -> requests.Response:
        first, url = _origin(address), address
        for _ in range(MOST_REDIRECTS + 1):
            self._check(url)
            answer = self._get(url, ticket if _origin(url) == first else None)
            if answer.status_code not in REDIRECTS:
                return _good(answer)
            answer.close()
            url = urljoin(url, answer.headers.get("Location", ""))
        raise ZoomDownloadElsewhere

    def _check(self, url: str) -> None:
        origin = _origin(url)
        if origin is None or urlsplit(url).username is not None:
            raise ZoomDownloadElsewhere
        scheme, host, _port = origin
        ours = host in self._hosts or any(host == one or host.endswith(f".{one}") for one in DOMAINS)
        if origin != self._home and not (ours and scheme == "https"):
            raise ZoomDownloadElsewhere

    def _get(self, url: str, ticket: str | None) -> requests.Response:
        try:
            return self._session.get(
                url,
                # Nothing unpacks it on the way: what is counted is what was sent.
                headers={"Accept-Encoding": "identity"},
                auth=Bearer(ticket) if ticket else _Nobody(),
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            )
        except requests.RequestException:
            # Its text holds the address.
            raise ZoomUnreachable from None


class _Nobody(requests.auth.AuthBase):
    """No credentials, not even those of a .netrc."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def _origin(url: str) -> tuple[str, str, int | None] | None:
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname or "", port) if parts.scheme in ("https", "http") else None


def _good(answer: requests.Response) -> requests.Response:
    status = answer.status_code
    if status == requests.codes.ok:
        return answer
    answer.close()
    if status >= requests.codes.server_error or status == requests.codes.too_many_requests:
        raise ZoomFailing(status)
    raise ZoomDownloadRefused(status)


def _parts(answer: requests.Response) -> Iterator[bytes]:
    try:
        yield from answer.iter_content(CHUNK)
    except requests.RequestException:
        raise ZoomAnswerLost from None
