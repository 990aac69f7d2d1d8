"""An EHR that answers the doctor without a server: everything in order but what a test says."""

import io
import json
from email.utils import format_datetime
from typing import Any

import requests
from requests.adapters import BaseAdapter

from app.ports import Clock

BASE = "https://ehr.example/fhir"
AUTH = "https://ehr.example/oauth2"


class EhrAnswers(BaseAdapter):
    """Answers by address; `changed` replaces answers, `client` is what the token endpoint says."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.changed: dict[str, dict[str, Any]] = {}
        self.client = "invalid_grant"

    def send(self, request: Any, **_: Any) -> requests.Response:  # type: ignore[override]  # less is asked here
        address = request.url.partition("?")[0]
        if address == f"{AUTH}/authorize":
            back = request.url.partition("redirect_uri=")[2].partition("&")[0]
            return self._answer(request, 302, {}, Location=requests.utils.unquote(back) + "?error=x")
        if address == f"{AUTH}/token":
            return self._answer(request, 400, {"error": self.client})
        found = {**GOOD, **self.changed}.get(address)
        return self._answer(request, 200 if found else 404, found or {})

    def _answer(self, request: Any, status: int, body: dict[str, Any], **headers: str) -> requests.Response:
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = status, request.url, request
        answer.raw = io.BytesIO(json.dumps(body).encode())
        answer.headers.update({"Date": format_datetime(self.clock.now(), usegmt=True), **headers})
        return answer

    def close(self) -> None:
        """Nothing is open."""


def session_to(answers: EhrAnswers) -> requests.Session:
    """An HTTP session in which nothing but these answers is to be had."""
    session = requests.Session()
    session.mount("https://", answers)
    session.mount("http://", answers)
    return session


def _can(kind: str, *interactions: str) -> dict[str, Any]:
    return {
        "type": kind,
        "interaction": [{"code": code} for code in interactions],
        "versioning": "versioned-update",
        "searchParam": [{"name": "identifier", "type": "token"}],
    }


GOOD: dict[str, dict[str, Any]] = {
    f"{BASE}/.well-known/smart-configuration": {
        "authorization_endpoint": f"{AUTH}/authorize",
        "token_endpoint": f"{AUTH}/token",
        "issuer": AUTH,
        "code_challenge_methods_supported": ["S256"],
    },
    f"{AUTH}/.well-known/openid-configuration": {"issuer": AUTH, "jwks_uri": f"{AUTH}/jwks"},
    f"{AUTH}/jwks": {"keys": [{"kid": "ehr-1"}]},
    f"{BASE}/metadata": {
        "resourceType": "CapabilityStatement",
        "implementation": {"url": BASE},
        "patchFormat": ["application/json-patch+json"],
        "rest": [
            {
                "mode": "server",
                "resource": [
                    _can("Appointment", "read", "search-type", "update", "patch"),
                    _can("DocumentReference", "read", "search-type", "create"),
                ],
            }
        ],
    },
}
