"""An EHR at the wire: SMART configuration, keys, tokens and a small chart, each of which a test may spoil."""

import json
import re
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import requests
import responses
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.patience import PATIENCE

ISS = "https://ehr.example/fhir"
ISSUER = "https://ehr.example/oauth2"
SCOPES = (
    "launch openid fhirUser online_access "
    "user/Patient.rs user/Practitioner.rs user/Location.rs user/Appointment.rs user/Encounter.rs"
)
PATIENT = {
    "resourceType": "Patient",
    "id": "p-1",
    "name": [{"family": "Diaz", "given": ["Rosa"]}],
    "birthDate": "1961-07-04",
    "identifier": [{"type": {"coding": [{"code": "MR"}]}, "value": "MRN-771203"}],
    "telecom": [{"system": "email", "value": "rosa.diaz@mail.example"}],
}
PRACTITIONER = {
    "resourceType": "Practitioner",
    "id": "dr-1",
    "name": [{"family": "Osei", "given": ["Amara"]}],
    "telecom": [{"system": "email", "value": "amara.osei@clinic.example"}],
}
COLLEAGUE = {**PRACTITIONER, "id": "dr-2", "name": [{"family": "Lee", "given": ["David"]}]}
LOCATION = {"resourceType": "Location", "id": "loc-1", "name": "Harbor"}
Answer = tuple[int, dict[str, str], str]


def appointment(
    appointment_id: str, start: datetime, patient: str = "p-1", status: str = "booked", doctor: str = "dr-1"
) -> dict[str, Any]:
    """A booked half hour."""
    actors = [f"Patient/{patient}", f"Practitioner/{doctor}", "Location/loc-1"]
    return {
        "resourceType": "Appointment",
        "id": appointment_id,
        "status": status,
        "start": start.isoformat(),
        "end": (start + timedelta(minutes=30)).isoformat(),
        "serviceType": [{"text": "Video Visit", "coding": [{"code": "video-visit"}]}],
        "participant": [{"actor": {"reference": actor}, "status": "accepted"} for actor in actors],
    }


def encounter(encounter_id: str, appointment_id: str, doctor: str = "dr-2") -> dict[str, Any]:
    """An encounter whose primary performer is another doctor than the appointment's."""
    return {
        "resourceType": "Encounter",
        "id": encounter_id,
        "status": "planned",
        "class": {"code": "VR"},
        "subject": {"reference": "Patient/p-1"},
        "appointment": [{"reference": f"Appointment/{appointment_id}"}],
        "participant": [
            {
                "type": [{"coding": [{"code": "PPRF"}]}],
                "individual": {"reference": f"Practitioner/{doctor}"},
            }
        ],
    }


@dataclass
class WireEhr:
    """Answers as a good EHR does. `context` and `claims` are what the next launch gets."""

    key: RSAKey
    now: Callable[[], datetime]
    context: dict[str, Any] = field(default_factory=lambda: {"patient": "p-1", "appointment": "a-1"})
    claims: dict[str, Any] = field(default_factory=dict)
    token: dict[str, Any] = field(default_factory=dict)
    chart: dict[str, dict[str, Any]] = field(default_factory=dict)
    spoiled: dict[str, Exception | Answer] = field(default_factory=dict)
    queued: dict[str, list[Answer]] = field(default_factory=dict)
    sign_with: RSAKey | None = None
    sign_as: str | None = None
    forms: list[dict[str, str]] = field(default_factory=list)
    token_headers: list[dict[str, str]] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)
    reads: list[str] = field(default_factory=list)
    slowness: float = 0.0
    capabilities: tuple[str, ...] = ()
    offered: dict[str, str] = field(default_factory=dict)  # more of the SMART configuration
    given_back: list[str] = field(default_factory=list)
    style: dict[str, Any] = field(default_factory=dict)
    introspection: dict[str, Any] = field(default_factory=dict)
    # Reads of a kind, or of one path, that are answered only once so many of them are under way.
    gathering: dict[str, threading.Barrier] = field(default_factory=dict)

    def put(self, *resources: dict[str, Any]) -> None:
        """Into the chart."""
        for resource in resources:
            self.chart[f"{resource['resourceType']}/{resource['id']}"] = resource

    def spoil_once(self, what: str, *answers: Answer) -> None:
        """Give these answers, one after the other, then good ones."""
        self.queued[what] = list(answers)

    def install(self, mock: responses.RequestsMock) -> None:
        """Answer at the wire."""
        for place, answer in {
            f"{ISS}/.well-known/smart-configuration": self._smart,
            f"{ISSUER}/.well-known/openid-configuration": self._openid,
            f"{ISSUER}/jwks": self._jwks,
        }.items():
            mock.add_callback("GET", place, answer)
        mock.add_callback("GET", f"{ISSUER}/style.json", lambda _: self._answer("style", self.style))
        mock.add_callback("POST", f"{ISSUER}/token", self._token)
        mock.add_callback("POST", f"{ISSUER}/revoke", self._revoke)
        mock.add_callback("POST", f"{ISSUER}/introspect", lambda _: self._answer("asked", self.introspection))
        mock.add_callback("GET", re.compile(rf"{re.escape(ISS)}/[A-Z].*"), self._fhir)

    def authorize(self, location: str) -> str:
        """What a person's click in the EHR does: the query of the callback."""
        self.asked = dict(parse_qsl(urlsplit(location).query))
        return f"code=the-code&state={self.asked['state']}"

    def answer_at_once(self, *paths: str) -> None:
        """These reads wait for each other: asked for one after the other, they would wait in vain."""
        self.gathering |= dict.fromkeys(paths, threading.Barrier(len(paths), timeout=PATIENCE))

    def _smart(self, request: Any) -> Answer:
        return self._answer(
            "smart",
            {
                "authorization_endpoint": f"{ISSUER}/authorize",
                "token_endpoint": f"{ISSUER}/token",
                "issuer": ISSUER,
                "jwks_uri": f"{ISSUER}/jwks",
                "capabilities": ["launch-ehr", "sso-openid-connect", *self.capabilities],
                "code_challenge_methods_supported": ["S256"],
                **self.offered,
            },
        )

    def _openid(self, request: Any) -> Answer:
        return self._answer("openid", {"issuer": ISSUER, "jwks_uri": f"{ISSUER}/jwks"})

    def _jwks(self, request: Any) -> Answer:
        return self._answer("jwks", {"keys": [self.key.as_dict(private=False)]})

    def _token(self, request: Any) -> Answer:
        form = {name: values[0] for name, values in parse_qs(request.body).items()}
        self.forms.append(form)
        self.token_headers.append(dict(request.headers))
        if "token" not in self.spoiled and form["grant_type"] == "authorization_code":
            challenge = (
                urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
            )
            assert challenge == self.asked["code_challenge"]
        values = {
            "access_token": f"secret-token-{len(self.forms)}",
            "refresh_token": "secret-refresh",
            "token_type": "Bearer",
            "expires_in": 3600,
            "scope": SCOPES,
            "id_token": self._id_token(),
            **self.context,
            **self.token,
        }
        return self._answer("token", {name: value for name, value in values.items() if value is not None})

    def _revoke(self, request: Any) -> Answer:
        self.given_back.append(parse_qs(request.body)["token"][0])
        return self._answer("revoke", {})

    def _id_token(self) -> str:
        claims = {
            "iss": ISSUER,
            "sub": "user-1",
            "aud": "client",
            "exp": int((self.now() + timedelta(minutes=5)).timestamp()),
            "iat": int(self.now().timestamp()),
            "nonce": self.asked.get("nonce"),
            "fhirUser": f"{ISS}/Practitioner/dr-1",
            **self.claims,
        }
        key = self.sign_with or self.key
        header = {"alg": "RS256", "kid": self.sign_as or str(self.key.kid)}
        return jwt.encode(header, {name: value for name, value in claims.items() if value is not None}, key)

    def _fhir(self, request: Any) -> Answer:
        time.sleep(self.slowness)
        parts = urlsplit(request.url)
        path = parts.path.removeprefix("/fhir/")
        kind = path.partition("/")[0]
        if barrier := self.gathering.get(path) or self.gathering.get(kind):
            barrier.wait()
        found: dict[str, Any] | None = self.chart.get(path)
        if "/" not in path:
            found = {
                "resourceType": "Bundle",
                "entry": [{"resource": one} for one in self._matches(parts.query)],
            }
        self.reads.append(path)
        if kind in self.spoiled or found is not None:
            return self._answer(kind, found or {})
        return 404, {}, "{}"

    def _matches(self, query: str) -> list[dict[str, Any]]:
        asked = parse_qs(query)
        who = {f"Patient/{one}" for one in asked.get("patient", [])}
        who |= {f"Practitioner/{one}" for one in asked.get("practitioner", [])}
        (lowest,) = (datetime.fromisoformat(d[2:]) for d in asked["date"] if d.startswith("ge"))
        (beyond,) = (datetime.fromisoformat(d[2:]) for d in asked["date"] if d.startswith("lt"))
        return [
            one
            for one in self.chart.values()
            if one["resourceType"] == "Appointment"
            if lowest <= datetime.fromisoformat(one["start"]).astimezone(UTC) < beyond
            if who <= {participant["actor"]["reference"] for participant in one["participant"]}
        ]

    def _answer(self, what: str, good: dict[str, Any]) -> Answer:
        if self.queued.get(what):
            return self.queued[what].pop(0)
        spoiled = self.spoiled.get(what)
        if isinstance(spoiled, Exception):
            raise spoiled
        return spoiled or (200, {"Content-Type": "application/json"}, json.dumps(good))


DOWN = requests.ConnectionError("refused: https://ehr.example/fhir/Patient/p-1")
SLOW = requests.ReadTimeout("slow: https://ehr.example/fhir/Patient/p-1")
