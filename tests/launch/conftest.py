"""An EHR at the wire, our keys, a clock that stands, and this room's ports kept in memory."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
import responses
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from launch.authorize import begin_launch
from launch.credentials import Credentials
from launch.discovery import Discovery, SmartConfiguration
from launch.errors import StateExpired, StateOfAnotherBrowser, StateUnknown, StateUsed
from launch.exchange import TokenDesk
from launch.ports import PendingLaunch, SigningKey, TokenSet
from launch.sites import Site

ISS = "https://ehr.test/fhir"
ISSUER = "https://login.ehr.test/oauth2"
CALLBACK = "https://visits.test/launch/callback"
NOW = datetime(2026, 11, 2, 14, 0, tzinfo=UTC)
SCOPES = ("launch", "openid", "fhirUser", "online_access", "user/Patient.rs", "user/Appointment.rs")
SMART = {
    "authorization_endpoint": "https://login.ehr.test/oauth2/authorize?tenant=7",
    "token_endpoint": "https://login.ehr.test/oauth2/token",
    "issuer": ISSUER,
    "jwks_uri": f"{ISSUER}/jwks",
    "capabilities": ["launch-ehr", "sso-openid-connect"],
    "code_challenge_methods_supported": ["S256"],
}
CONFIG = SmartConfiguration(
    authorization_endpoint=str(SMART["authorization_endpoint"]),
    token_endpoint=str(SMART["token_endpoint"]),
    issuer=ISSUER,
    jwks_uri=f"{ISSUER}/jwks",
    capabilities=("launch-ehr",),
    code_challenge_methods=("S256",),
    revocation_endpoint=None,
    introspection_endpoint=None,
)


@dataclass
class StandingClock:
    """A clock that a test moves."""

    instant: datetime = NOW

    def now(self) -> datetime:
        return self.instant

    def forward(self, **by: float) -> None:
        self.instant += timedelta(**by)


@dataclass
class Counted:
    """Randomness that a test can foresee: as long as the real one, each differs."""

    count: int = 0

    def token(self, nbytes: int) -> str:
        self.count += 1
        return f"{self.count:03}".rjust(nbytes * 4 // 3, "r")


@dataclass(frozen=True)
class OneKey:
    """Our keys towards the EHRs: one."""

    key: SigningKey

    def signing_key(self) -> SigningKey:
        return self.key

    def public_jwks(self) -> Mapping[str, object]:
        return {"keys": [self.key.as_dict(private=False)]}


@dataclass
class StatesInMemory:
    """The StateStore that passes its contract without a database."""

    clock: StandingClock

    def __post_init__(self) -> None:
        self._kept: dict[str, PendingLaunch] = {}
        self._used: set[str] = set()
        self._guard = threading.Lock()

    def put(self, pending: PendingLaunch) -> None:
        with self._guard:
            self._kept[pending.state] = pending

    def take(self, state: str, browser: str) -> PendingLaunch:
        with self._guard:
            pending = self._kept.get(state)
            if pending is None:
                raise StateUnknown
            if pending.browser != browser:
                raise StateOfAnotherBrowser
            if state in self._used:
                raise StateUsed
            if self.clock.now() >= pending.expires_at:
                raise StateExpired
            self._used.add(state)
            return pending


class VaultInMemory:
    """A TokenVault."""

    def __init__(self) -> None:
        self._kept: dict[str, TokenSet] = {}

    def save(self, session_id: str, tokens: TokenSet) -> None:
        self._kept[session_id] = tokens

    def load(self, session_id: str) -> TokenSet | None:
        return self._kept.get(session_id)


class BackendVaultInMemory:
    """A BackendVault."""

    def __init__(self) -> None:
        self._kept: dict[str, TokenSet] = {}

    def save(self, tokens: TokenSet) -> None:
        self._kept[tokens.site] = tokens

    def load(self, site: str) -> TokenSet | None:
        return self._kept.get(site)


class LockInMemory:
    """A Lock over threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[str, threading.Lock] = {}
        self.names: list[str] = []

    @contextmanager
    def held(self, name: str) -> Iterator[None]:
        with self._guard:
            lock = self._locks.setdefault(name, threading.Lock())
            self.names.append(name)
        with lock:
            yield


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def random() -> Counted:
    return Counted()


@pytest.fixture
def wire() -> Iterator[responses.RequestsMock]:
    """The EHR's side of the wire."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


@pytest.fixture
def make_site() -> Callable[..., Site]:
    """A site, with changes by name."""

    def make(**changes: Any) -> Site:
        plain = Site(
            name="harbor",
            issuers=(ISS,),
            vendor="generic",
            client_id="our-client",
            client_kind="public",
            client_secret=None,
            scopes=SCOPES,
        )
        return replace(plain, **changes)

    return make


@pytest.fixture
def site(make_site: Callable[..., Site]) -> Site:
    return make_site()


@pytest.fixture
def config() -> SmartConfiguration:
    return CONFIG


@pytest.fixture
def pending(site: Site, random: Counted) -> PendingLaunch:
    """A launch on its way from the EHR."""
    return begin_launch(
        site,
        CONFIG,
        iss=ISS,
        launch="launch-1",
        redirect_uri=CALLBACK,
        browser="browser-1",
        now=NOW,
        random=random,
    )[0]


@pytest.fixture(scope="session")
def our_key() -> ECKey:
    return ECKey.generate_key("P-384", {"kid": "ours", "use": "sig", "alg": "ES384"}, private=True)


@pytest.fixture(scope="session")
def our_rsa_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "ours-rsa", "use": "sig", "alg": "RS384"}, private=True)


@pytest.fixture
def desk(session: requests.Session, our_key: ECKey, random: Counted) -> TokenDesk:
    return TokenDesk(session, Credentials(OneKey(our_key), random))


@pytest.fixture
def discovery(session: requests.Session, clock: StandingClock) -> Discovery:
    return Discovery(session, clock)


@pytest.fixture(scope="session")
def ehr_key() -> RSAKey:
    """What the EHR signs its id_tokens with."""
    return RSAKey.generate_key(2048, {"kid": "ehr-1", "use": "sig"}, private=True)


@pytest.fixture
def published(wire: responses.RequestsMock, ehr_key: RSAKey) -> Callable[..., None]:
    """The EHR publishes its documents; keys by default its own."""

    def publish(*keys: Mapping[str, object], **openid: object) -> None:
        listed = list(keys) or [ehr_key.as_dict(private=False)]
        wire.upsert("GET", f"{ISS}/.well-known/smart-configuration", json=SMART)
        document = {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/jwks", **openid}
        wire.upsert("GET", f"{ISSUER}/.well-known/openid-configuration", json=document)
        wire.upsert("GET", f"{ISSUER}/jwks", json={"keys": listed})

    return publish


@pytest.fixture
def id_token(ehr_key: RSAKey, pending: PendingLaunch) -> Callable[..., str]:
    """An id_token of this launch, with claims changed by name; None leaves a claim out."""

    def make(key: Any = None, header: Mapping[str, object] | None = None, **claims: object) -> str:
        plain: dict[str, object] = {
            "iss": ISSUER,
            "sub": "user-7",
            "aud": "our-client",
            "exp": int((NOW + timedelta(minutes=5)).timestamp()),
            "iat": int(NOW.timestamp()),
            "nonce": pending.nonce,
            "fhirUser": f"{ISS}/Practitioner/dr-7",
            "name": "Amara Osei",
        }
        told = {name: value for name, value in (plain | claims).items() if value is not None}
        headers = {"alg": "RS256", "kid": "ehr-1", **(header or {})}
        headers = {name: value for name, value in headers.items() if value is not None}
        return jwt.encode(headers, told, key or ehr_key, algorithms=[str(headers["alg"])])

    return make
