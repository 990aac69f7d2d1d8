"""A browser without a screen: cookies, redirects, retries, as a person's would behave on loopback."""

import time
from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urljoin

import requests
from requests.cookies import get_cookie_header

TIMEOUT = (10, 60)
STREAM_TIMEOUT = (10, 40)
RETRY_EVERY = 0.2
MOST_REDIRECTS = 10
# What a server that dies in the middle of an answer looks like from here.
BROKEN_LINE = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


class Browser:
    """One person's browser. It waits up to ``patience`` seconds for a server that is being started again."""

    def __init__(self, patience: float = 30.0) -> None:
        self._patience = patience
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.headers["User-Agent"] = "VisitBridge sandbox browser"
        self._session.headers["Accept"] = "text/html,application/xhtml+xml,*/*;q=0.8"
        # Browsers keep Secure cookies over plain http on loopback; the standard library's jar does not.
        self._session.cookies.set_policy(DefaultCookiePolicy(secure_protocols=("http", "https")))

    def get(
        self, url: str, *, follow: bool = True, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Open an address."""
        return self._send("GET", url, None, follow, headers, self._patience)

    def post(
        self,
        url: str,
        fields: Mapping[str, str],
        *,
        follow: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send a form, once: who sends it knows whether it may be sent again."""
        return self._send("POST", url, fields, follow, headers, 0.0)

    def stream(self, url: str, headers: Mapping[str, str] | None = None) -> requests.Response:
        """Open a stream of events; the caller reads and closes it."""
        return self._once("GET", url, None, headers, stream=True, timeout=STREAM_TIMEOUT)

    def _send(
        self,
        method: str,
        url: str,
        fields: Mapping[str, str] | None,
        follow: bool,
        headers: Mapping[str, str] | None,
        patience: float,
    ) -> requests.Response:
        until = time.monotonic() + patience
        while True:
            try:
                return self._followed(self._once(method, url, fields, headers), headers, follow)
            except BROKEN_LINE:
                if time.monotonic() > until:
                    raise
                time.sleep(RETRY_EVERY)

    def _followed(
        self, answer: requests.Response, headers: Mapping[str, str] | None, follow: bool
    ) -> requests.Response:
        for _ in range(MOST_REDIRECTS):
            if not (follow and answer.is_redirect):
                break
            answer = self._once("GET", urljoin(answer.url, answer.headers["Location"]), None, headers)
        return answer

    def _once(
        self,
        method: str,
        url: str,
        fields: Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
        *,
        stream: bool = False,
        timeout: tuple[float, float] = TIMEOUT,
    ) -> requests.Response:
        request = requests.Request(
            method, url, data=None if fields is None else dict(fields), headers=headers
        )
        prepared = self._session.prepare_request(request)
        # requests copies the jar without its policy when it prepares a request.
        cookies = get_cookie_header(self._session.cookies, prepared)  # type: ignore[no-untyped-call]  # no stub
        if cookies:
            prepared.headers["Cookie"] = cookies
        return self._session.send(prepared, stream=stream, timeout=timeout, allow_redirects=False)
