"""What an EHR says of itself: SMART configuration, OpenID configuration, keys. Cached by URL."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

import requests

from launch.errors import DiscoveryIncomplete, EhrSlow, EhrUnreachable
from launch.ports import Clock

TIMEOUT = (3.05, 5.0)
KEPT_FOR = timedelta(minutes=10)
Json = Mapping[str, object]


@dataclass(frozen=True)
class SmartConfiguration:
    """The parts of a SMART configuration that are used; URLs are absolute.

    `issuer` comes with sso-openid-connect, and may be another place than the FHIR base.
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
        base = iss.rstrip("/") + "/"
        raw = self._fetch(f"{base}.well-known/smart-configuration")
        return SmartConfiguration(
            authorization_endpoint=_needed_url(raw, "authorization_endpoint", base),
            token_endpoint=_needed_url(raw, "token_endpoint", base),
            issuer=_text(raw, "issuer"),
            jwks_uri=_url(raw, "jwks_uri", base),
            capabilities=_texts(raw, "capabilities"),
            code_challenge_methods=_texts(raw, "code_challenge_methods_supported"),
            revocation_endpoint=_url(raw, "revocation_endpoint", base),
            introspection_endpoint=_url(raw, "introspection_endpoint", base),
        )

    def key_location(self, config: SmartConfiguration) -> str:
        """Where the issuer publishes its keys: as the issuer's OpenID configuration says.

        https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfigurationValidation
        """
        issuer = config.issuer
        if issuer is None or not _is_as_safe(issuer, config.token_endpoint):
            raise DiscoveryIncomplete("issuer")
        raw = self._fetch(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
        if _text(raw, "issuer") != issuer:
            raise DiscoveryIncomplete("issuer")
        return _needed_url(raw, "jwks_uri", issuer)

    def jwks(self, url: str, *, again: bool = False) -> Json:
        """A key set. `again` asks anew: an EHR may sign with a key that it published just now."""
        return self._fetch(url, again=again)

    def _fetch(self, url: str, *, again: bool = False) -> Json:
        now = self._clock.now()
        with self._guard:
            kept = self._kept.get(url)
        # A clock that was moved back makes what is kept look like the future's.
        if kept and not again and timedelta(0) <= now - kept[0] < self._kept_for:
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
        except requests.Timeout:
            raise EhrSlow from None
        except requests.RequestException:
            raise EhrUnreachable from None
        if answer.status_code >= 500 or answer.status_code == requests.codes.too_many_requests:
            raise EhrUnreachable
        if answer.status_code != requests.codes.ok:
            raise DiscoveryIncomplete("document")
        try:
            raw = answer.json()
        except (ValueError, RecursionError):
            raise DiscoveryIncomplete("JSON") from None
        if not isinstance(raw, dict):
            raise DiscoveryIncomplete("JSON")
        return raw


def _text(raw: Json, name: str) -> str | None:
    value = raw.get(name)
    return value if isinstance(value, str) and value else None


def _texts(raw: Json, name: str) -> tuple[str, ...]:
    value = raw.get(name)
    return tuple(entry for entry in value if isinstance(entry, str)) if isinstance(value, list) else ()


def _url(raw: Json, name: str, base: str) -> str | None:
    """An absolute URL; older servers give relative ones, meant from the FHIR base."""
    value = _text(raw, name)
    if value is None:
        return None
    try:
        url = urljoin(base, value)
        return url if _is_as_safe(url, base) else None
    except ValueError:
        return None


def _needed_url(raw: Json, name: str, base: str) -> str:
    url = _url(raw, name, base)
    if url is None:
        raise DiscoveryIncomplete(name)
    return url


def _is_as_safe(url: str, than: str) -> bool:
    """On the web, and over TLS if the other one is: codes, secrets and tokens never leave TLS."""
    parts, other = urlsplit(url), urlsplit(than)
    return (
        bool(parts.hostname) and parts.scheme in ("https", other.scheme) and parts.scheme in ("http", "https")
    )
