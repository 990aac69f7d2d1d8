"""One request over HTTP and its answer; whatever goes wrong on the way is sorted here."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

import requests
from requests.auth import AuthBase
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError

from zoom_bridge._fields import NOTHING, Raw, parse_object
from zoom_bridge.errors import ZoomAnswerLost, ZoomAnswerMalformed, ZoomError, ZoomSlow, ZoomUnreachable
from zoom_bridge.ports import Clock
from zoom_bridge.refusals import refusal

log = logging.getLogger(__name__)

Timeout = tuple[float, float]
TIMEOUT: Timeout = (3.05, 10.0)  # seconds to connect, seconds of silence


@dataclass(frozen=True)
class Ask:
    """One request. `operation` is Zoom's name for it, fit for logs: it holds no id."""

    operation: str
    method: str
    url: str = field(repr=False)
    auth: AuthBase = field(repr=False)
    params: Mapping[str, str] | None = field(default=None, repr=False)
    json: Raw | None = field(default=None, repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)


class Wire:
    """A session, its timeouts and the time."""

    def __init__(self, session: requests.Session, clock: Clock, timeout: Timeout = TIMEOUT) -> None:
        self._session = session
        self._clock = clock
        self._timeout = timeout

    def send(self, ask: Ask) -> Raw:
        """The answer's object, empty if it has no body. Sent once. Raises the ZoomError that fits."""
        response = self._exchange(ask)
        seconds = response.elapsed.total_seconds()
        log.info(
            "zoom_call",
            extra={"operation": ask.operation, "status": response.status_code, "seconds": seconds},
        )
        raw = parse_object(response.content)
        if not 200 <= response.status_code < 300:
            raise refusal(response.status_code, response.headers, raw or NOTHING, self._clock.now())
        if raw is None and response.content:
            raise ZoomAnswerMalformed("body")
        return raw or NOTHING

    def _exchange(self, ask: Ask) -> requests.Response:
        try:
            return self._session.request(
                ask.method,
                ask.url,
                params=ask.params,
                json=ask.json,
                data=ask.form,
                auth=ask.auth,
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.RequestException as broken:
            # Its text holds the URL, and the URL holds ids: the cause is not chained.
            raise _sorted_out(broken) from None


def _sorted_out(broken: requests.RequestException) -> ZoomError:
    if isinstance(broken, requests.ConnectTimeout) or _never_connected(broken):
        return ZoomUnreachable()
    return ZoomSlow() if isinstance(broken, requests.Timeout) else ZoomAnswerLost()


def _never_connected(broken: requests.RequestException) -> bool:
    cause = broken.args[0] if broken.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | ConnectTimeoutError)


class Bearer(AuthBase):
    """An access token. As an auth object, since requests would put a .netrc entry over a plain header."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Put the token on."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request
