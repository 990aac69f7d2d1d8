"""The sandbox's EHR as Epic, over real HTTP, and a person's chart of it."""

import base64
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from fhir.capability import Capabilities, read_capabilities
from fhir.client import FhirClient
from sandbox.ehr.app import create_app
from sandbox.ehr.config import EhrConfig
from sandbox.serving import served
from tests.patience import PATIENCE
from tests.ports import free_port

APP = "visitbridge-public"
CALLBACK = "http://localhost:8000/launch/callback"
VERIFIER = "correct-horse-battery-staple-correct-horse-battery"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


@dataclass
class Epic:
    """One EHR, with a day's visits, and a provider who has come in."""

    url: str
    told: dict = field(default_factory=dict)

    def reset(self):
        self.order("_reset", {})
        self.told = self.token()

    def order(self, path, body):
        answer = requests.post(f"{self.url}/{path}", json=body, timeout=PATIENCE)
        assert answer.ok, answer.text
        return answer.json()

    def asked(self, path):
        return requests.get(f"{self.url}/{path}", timeout=PATIENCE).json()

    def switch(self, name, **options):
        self.order("_break", {"name": name, **options})

    def visit(self, number=4):
        visits = self.asked("_day")["appointments"]
        return next(each for each in visits if each["id"].endswith(f"-{number:02}"))

    def written(self):
        return self.asked("_written")

    def token(self):
        """The token answer of a launch on visit 4."""
        context = {"appointment": self.visit()["id"]}
        launched = self.order("_launch", {"app": APP, "context": context})["url"]
        launch = dict(parse_qsl(urlsplit(launched).query))["launch"]
        known = {"client_id": APP, "redirect_uri": CALLBACK}
        asked = known | {
            "response_type": "code",
            "scope": "launch openid fhirUser",
            "state": "a-state-with-room-for-122-bits",
            "aud": f"{self.url}/fhir",
            "launch": launch,
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        back = requests.get(
            f"{self.url}/oauth2/authorize", params=asked, allow_redirects=False, timeout=PATIENCE
        )
        code = dict(parse_qsl(urlsplit(back.headers["Location"]).query))["code"]
        spent = known | {"grant_type": "authorization_code", "code": code, "code_verifier": VERIFIER}
        answer = requests.post(f"{self.url}/oauth2/token", data=spent, timeout=PATIENCE)
        assert answer.ok, answer.text
        return answer.json()

    def chart(self) -> FhirClient:
        return FhirClient(
            f"{self.url}/fhir", lambda: self.told["access_token"], requests.Session(), (PATIENCE, PATIENCE)
        )

    def can(self) -> Capabilities:
        return read_capabilities(self.chart())


@pytest.fixture(scope="module")
def open_doors() -> Iterator[Epic]:
    port = free_port()
    with served(create_app(EhrConfig(port=port, flavour="epic")), port) as url:
        yield Epic(url)


@pytest.fixture
def epic(open_doors: Epic) -> Epic:
    """A fresh day."""
    open_doors.reset()
    return open_doors
