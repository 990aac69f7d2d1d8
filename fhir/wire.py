"""One request to a FHIR server and its answer: timeouts, one re-authorisation, what a broken line means."""

import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import requests
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError, SSLError

from fhir.errors import ChartAnswerLost, ChartSilent, ChartSlow, ChartUnreachable, FhirError

FHIR_JSON = "application/fhir+json"
Bearer = Callable[[], str]


@dataclass(frozen=True)
class Ask:
    """One request; a GET unless it says otherwise."""

    url: str = field(repr=False)
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes | None = field(default=None, repr=False)
    changes: bool = False  # a GET that does more than read

    @property
    def is_read(self) -> bool:
        """Whether it may be sent again without a thought."""
        return self.method == "GET" and not self.changes


class Wire:
    """A session, its timeouts, and the token: `bearer` gives it, `reauthorize` a new one after a 401."""

    def __init__(
        self,
        session: requests.Session,
        timeout: tuple[float, float],
        bearer: Bearer,
        reauthorize: Bearer | None,
    ) -> None:
        self._session = session
        self._timeout = timeout
        self._bearer = bearer
        self._reauthorize = reauthorize
        self._renewing = threading.Lock()

    def send(self, ask: Ask) -> requests.Response:
        """The answer, whatever it says. Sent once; after a 401, which did nothing, once more.

        Raises ChartUnreachable or ChartSlow; for a write that went out ChartAnswerLost or ChartSilent.
        """
        token = self._bearer()
        answer = self._exchange(ask, token)
        if answer.status_code == requests.codes.unauthorized and self._reauthorize is not None:
            answer = self._exchange(ask, self._another(token, self._reauthorize))
        return answer

    def send_apart(self, ask: Ask) -> requests.Response:
        """The answer of another interface than FHIR; its credentials are among the headers."""
        return self._exchange(ask, None)

    def _another(self, refused: str, reauthorize: Bearer) -> str:
        """Of requests that are refused side by side, the first one gets a new token for all."""
        with self._renewing:
            current = self._bearer()
            return current if current != refused else reauthorize()

    def _exchange(self, ask: Ask, token: str | None) -> requests.Response:
        ours = {"Accept": FHIR_JSON, "Authorization": f"Bearer {token}"} if token is not None else {}
        headers = {**ours, **ask.headers}
        try:
            return self._session.request(
                ask.method,
                ask.url,
                headers=headers,
                data=ask.body,
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.RequestException as broken:
            # From None: what requests says of a failure holds the URL, and so the id.
            raise _sorted_out(broken, is_read=ask.is_read) from None


def _sorted_out(broken: requests.RequestException, is_read: bool) -> FhirError:
    is_slow = isinstance(broken, requests.Timeout)
    if is_read:
        return ChartSlow() if is_slow else ChartUnreachable()
    if isinstance(broken, requests.ConnectTimeout) or _never_connected(broken):
        return ChartUnreachable()
    return ChartSilent() if is_slow else ChartAnswerLost()


def _never_connected(broken: requests.RequestException) -> bool:
    cause = broken.args[0] if broken.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError | ConnectTimeoutError) or _is_untrusted(reason)


def _is_untrusted(reason: object) -> bool:
    """Whether we hung up before sending: the server's certificate does not do."""
    return isinstance(reason, SSLError) and any(
        isinstance(cause, ssl.SSLCertVerificationError) for cause in reason.args
    )
