"""What an EHR says of itself: SMART configuration, OpenID configuration, keys. Cached by URL."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import requests

from launch.errors import DiscoveryIncomplete, EhrSlow, EhrUnreachable
from launch.ports import Clock

TIMEOUT = (3.05, 5.0)
KEPT_FOR = timedelta(minutes=10)
Json = Mapping[str, object]


@dataclass(frozen=True)
class SmartConfiguration:
    """The parts of a SMART configuration that are used. `issuer` and `jwks_uri` come with sso-openid-connect.

    https://hl7.org/fhir/smart-app-launch/conformance.html#metadata
    """

    authorization_endpoint: str
    token_endpoint: str
    issuer: str | None
    jwks_uri: str | None
    capabilities: tuple[str, ...]
    code_challenge_methods: tuple[str, ...]
    revocation_endpoint: str | None
    introspection_endpoint: str | None


class Discovery:
    """Fetches and remembers. Raises EhrUnreachable, EhrSlow or DiscoveryIncomplete."""

    def __init__(
        self,
        session: requests.Session,
        clock: Clock,
        timeout: tuple[float, float] = TIMEOUT,
        kept_for: timedelta = KEPT_FOR,
    ) -> None:
        self._session = session
        self._clock = clock
        self._timeout = timeout
        self._kept_for = kept_for
        self._guard = threading.Lock()
        self._kept: dict[str, tuple[datetime, Json]] = {}

    def smart_configuration(self, iss: str) -> SmartConfiguration:
        """Of a FHIR base that a site names; never of any other."""
        raw = self._fetch(f"{iss.rstrip('/')}/.well-known/smart-configuration")
        return SmartConfiguration(
            authorization_endpoint=_url(raw, "authorization_endpoint"),
            token_endpoint=_url(raw, "token_endpoint"),
            issuer=_text(raw, "issuer"),
            jwks_uri=_text(raw, "jwks_uri"),
            capabilities=_texts(raw, "capabilities"),
            code_challenge_methods=_texts(raw, "code_challenge_methods_supported"),
            revocation_endpoint=_text(raw, "revocation_endpoint"),
            introspection_endpoint=_text(raw, "introspection_endpoint"),
        )

    def key_location(self, config: SmartConfiguration) -> str:
        """Where the issuer publishes its keys: as the issuer's OpenID configuration says."""
        if config.issuer is None:
            raise DiscoveryIncomplete("issuer")
        raw = self._fetch(f"{config.issuer.rstrip('/')}/.well-known/openid-configuration")
        if _text(raw, "issuer") != config.issuer:
            raise DiscoveryIncomplete("issuer")
        return _url(raw, "jwks_uri")

    def jwks(self, url: str, *, again: bool = False) -> Json:
        """A key set. `again` asks anew: an EHR may sign with a key some time before it publishes it."""
        return self._fetch(url, again=again)

    def _fetch(self, url: str, *, again: bool = False) -> Json:
        now = self._clock.now()
        with self._guard:
            kept = self._kept.get(url)
        if kept and not again and now - kept[0] < self._kept_for:
            return kept[1]
        raw = self._get(url)
        with self._guard:
            self._kept[url] = (now, raw)
        return raw

    def _get(self, url: str) -> Json:
        try:
            answer = self._session.get(
                url, headers={"Accept": "application/json"}, timeout=self._timeout, allow_redirects=False
            )
        except requests.Timeout as error:
            raise EhrSlow from error
        except requests.RequestException as error:
            raise EhrUnreachable from error
        if answer.status_code != requests.codes.ok:
            raise EhrUnreachable
        try:
            raw = answer.json()
        except ValueError as error:
            raise DiscoveryIncomplete("JSON") from error
        if not isinstance(raw, dict):
            raise DiscoveryIncomplete("JSON")
        return raw


def _text(raw: Json, name: str) -> str | None:
    value = raw.get(name)
    return value if isinstance(value, str) and value else None


def _texts(raw: Json, name: str) -> tuple[str, ...]:
    value = raw.get(name)
    return tuple(entry for entry in value if isinstance(entry, str)) if isinstance(value, list) else ()


def _url(raw: Json, name: str) -> str:
    value = _text(raw, name)
    if value is None or urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc:
        raise DiscoveryIncomplete(name)
    return value
