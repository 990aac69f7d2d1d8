"""An EHR without sockets, and an app that walks through its doors step by step."""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from sandbox.clock import SettableClock
from sandbox.ehr.app import create_app
from sandbox.ehr.config import EhrConfig
from sandbox.ehr.world import Ehr

NOON = datetime(2026, 11, 22, 17, 3, tzinfo=UTC)
FHIR = "http://127.0.0.1:8001/fhir"
TOKEN_URL = "http://127.0.0.1:8001/oauth2/token"
CALLBACK = "http://localhost:8000/launch/callback"
VERIFIER = "correct-horse-battery-staple-correct-horse-battery"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
STATE = "a-state-with-room-for-122-bits"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
CHART = "user/Patient.rs user/Practitioner.rs user/Appointment.rus user/Encounter.crus"
WRITES = "user/Communication.crus user/DocumentReference.crus"


@dataclass
class App:
    """A well-behaved client; every step takes changes that make it misbehave. None leaves a parameter out."""

    http: object
    keys: dict = field(default_factory=dict)
    counter: int = 0

    def day(self):
        return self.http.get("/_day").json

    def appointment(self, number=4):
        return next(one for one in self.day()["appointments"] if one["id"].endswith(f"-{number:02}"))

    def launch(self, app="visitbridge-public", **context):
        context = context or {"appointment": self.appointment()["id"]}
        url = self.http.post("/_launch", json={"app": app, "context": context}).json["url"]
        return dict(parse_qsl(urlsplit(url).query))["launch"]

    def request(self, **changes):
        asked = {
            "response_type": "code",
            "client_id": "visitbridge-public",
            "redirect_uri": CALLBACK,
            "scope": f"launch {CHART} {WRITES}",
            "state": STATE,
            "aud": FHIR,
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        } | changes
        if "launch" not in changes and "launch" in asked["scope"].split():
            asked["launch"] = self.launch()
        return {name: value for name, value in asked.items() if value is not None}

    def authorize(self, **changes):
        return self.http.get("/oauth2/authorize", query_string=self.request(**changes))

    def code(self, **changes):
        return returned(self.authorize(**changes))["code"]

    def exchange(self, code=None, authorization=None, **changes):
        asked = {
            "grant_type": "authorization_code",
            "code": code or self.code(),
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
            "client_id": "visitbridge-public",
        } | changes
        return self.post_token(asked, authorization)

    def post_token(self, asked, authorization=None, path="/oauth2/token"):
        headers = {"Authorization": authorization} if authorization else {}
        data = {name: value for name, value in asked.items() if value is not None}
        return self.http.post(path, data=data, headers=headers)

    def token(self, **changes):
        answer = self.exchange(self.code(**changes))
        assert answer.status_code == 200, answer.json
        return answer.json

    def bearer(self, **changes):
        return {"Authorization": f"Bearer {self.token(**changes)['access_token']}"}

    def assertion(self, header=(), key="rsa", client_id="inline-jwt", **changes):
        self.counter += 1
        claims = {
            "iss": client_id,
            "sub": client_id,
            "aud": TOKEN_URL,
            "exp": self.now() + 240,
            "jti": f"jti-{self.counter}",
        } | changes
        claims = {name: value for name, value in claims.items() if value is not None}
        algorithm = {"rsa": "RS384", "ec": "ES384"}.get(key, "RS384")
        head = {"alg": algorithm, "kid": key, "typ": "JWT"} | dict(header)
        head = {name: value for name, value in head.items() if value is not None}
        return jwt.encode(head, claims, self.keys[key], algorithms=[head["alg"]], default_type=None)

    def now(self):
        return int(datetime.fromisoformat(self.http.get("/clock").json["now"]).timestamp())

    def backend(self, assertion=None, **changes):
        asked = {
            "grant_type": "client_credentials",
            "scope": "system/Appointment.rs",
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion or self.assertion(),
        } | changes
        return self.post_token(asked)

    def switch(self, name, **options):
        answer = self.http.post("/_break", json={"name": name, **options})
        assert answer.status_code == 200, answer.json


def returned(response):
    """The parameters that came back to the app by redirect."""
    assert response.status_code == 303, response.text
    assert response.headers["Location"].startswith(CALLBACK)
    return dict(parse_qsl(urlsplit(response.headers["Location"]).query))


@pytest.fixture(scope="session")
def client_keys():
    """The private keys of the test's client, and one that it never published."""
    return {
        "rsa": RSAKey.generate_key(2048, {"kid": "rsa"}),
        "ec": ECKey.generate_key("P-384", {"kid": "ec"}),
        "stranger": RSAKey.generate_key(2048, {"kid": "stranger"}),
    }


@pytest.fixture(scope="session")
def ehr_key():
    """One signing key for all the EHRs of a run, for making one takes a while."""
    return RSAKey.generate_key(2048, {"kid": "ehr-key", "use": "sig", "alg": "RS256"})


@pytest.fixture
def http(world):
    """The EHR as an HTTP client sees it, without sockets."""
    return create_app(EhrConfig(), world).test_client()


@pytest.fixture
def world(ehr_key):
    """The EHR's state, at noon of a November day in New York."""
    clock = SettableClock((NOON - datetime.now(UTC)).total_seconds())
    state = Ehr(EhrConfig(), clock)
    state.authority.keys.load(ehr_key.as_dict(private=True))
    return state


@pytest.fixture
def app(http, client_keys):
    """A well-behaved client of the EHR, registered in one more way: with its keys inline."""
    published = {"keys": [client_keys[name].as_dict(private=False) for name in ("rsa", "ec")]}
    for client_id, grants in (("inline-jwt", ["client_credentials"]), ("inline-app", ["authorization_code"])):
        order = {
            "client_id": client_id,
            "kind": "private_key_jwt",
            "jwks": published,
            "redirect_uris": [CALLBACK],
            "grant_types": grants,
            "scope": "system/Appointment.rs" if client_id == "inline-jwt" else "",
        }
        assert http.post("/_clients", json=order).status_code == 200
    return App(http, client_keys)
