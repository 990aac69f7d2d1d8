"""The sandbox as Oracle Health, and an app that it knows."""

import base64
from datetime import UTC, datetime

import pytest

from sandbox.clock import SettableClock
from sandbox.ehr.config import EhrConfig
from sandbox.ehr.world import Ehr
from tests.sandbox.ehr.conftest import NOON, App

DOORS = {
    "/fhir": "/oauth2/personas/provider/authorize",
    "/fhir-myrecord": "/oauth2/personas/patient/authorize",
}
HOST = "http://127.0.0.1:8001"
CATEGORY = "http://terminology.hl7.org/CodeSystem/communication-category"


@pytest.fixture
def world(ehr_key):
    """The EHR's state, at noon of a November day in New York."""
    clock = SettableClock((NOON - datetime.now(UTC)).total_seconds())
    state = Ehr(EhrConfig(flavour="oracle"), clock)
    state.authority.keys.load(ehr_key.as_dict(private=True))
    return state


class OracleApp(App):
    """The well-behaved client, as it has to behave here. Its token and its door are kept."""

    door = "/fhir"
    held = None

    def authorize(self, **changes):
        asked = self.request(**({"aud": HOST + self.door} | changes))
        return self.http.get(DOORS[self.door], query_string=asked)

    def headers(self):
        self.held = self.held or self.bearer()
        return self.held

    def send(self, method, path, **more):
        headers = self.headers() | more.pop("headers", {})
        return self.http.open(f"{self.door}/{path}", method=method, headers=headers, **more)

    def search(self, resource_type, *pairs):
        return self.send("GET", resource_type, query_string=list(pairs))

    def patch(self, path, *operations, version=None, **headers):
        tag = version or self.send("GET", path).headers["ETag"]
        headers = {"Content-Type": "application/json-patch+json"} | (
            {"If-Match": tag} if tag != "none" else {}
        )
        return self.send("PATCH", path, json=list(operations), headers=headers)

    def create(self, raw, **headers):
        whole = {name: value for name, value in raw.items() if value is not None}
        return self.send(
            "POST",
            raw["resourceType"],
            json=whole,
            headers={"Content-Type": "application/fhir+json", **headers},
        )

    def path(self, number=4):
        return f"Appointment/{self.appointment(number)['id']}"

    def message(self, **changes):
        visit = self.appointment(4)
        data = base64.b64encode(b"The patient waits.").decode()
        return {
            "resourceType": "Communication",
            "status": "completed",
            "category": [{"coding": [{"system": CATEGORY, "code": "notification"}]}],
            "priority": "urgent",
            "subject": {"reference": f"Patient/{visit['patient']}"},
            "encounter": {"reference": f"Encounter/{visit['encounter']}"},
            "topic": {"text": "Video visit"},
            "recipient": [{"reference": "Group/6345478364"}],
            "sender": {"reference": f"Practitioner/{visit['practitioner']}"},
            "payload": [{"contentAttachment": {"contentType": "text/plain", "data": data}}],
        } | changes

    def note(self, **changes):
        visit = self.appointment(4)
        return {
            "resourceType": "DocumentReference",
            "status": "current",
            "docStatus": "final",
            "type": {"coding": [{"system": "http://loinc.org", "code": "11506-3"}]},
            "subject": {"reference": f"Patient/{visit['patient']}"},
            "author": [{"reference": f"Practitioner/{visit['practitioner']}"}],
            "content": [{"attachment": attachment()}],
            "context": {
                "encounter": [{"reference": f"Encounter/{visit['encounter']}"}],
                "period": {"end": "2026-11-22T17:00:00Z"},
            },
        } | changes


def attachment(**changes):
    """A note's only content."""
    data = base64.b64encode(b"18 minutes together.").decode()
    usual = {
        "contentType": "text/plain;charset=utf-8",
        "data": data,
        "creation": "2026-11-22T17:01:00Z",
    } | changes
    return {name: value for name, value in usual.items() if value is not None}


@pytest.fixture
def app(http, client_keys):
    """A well-behaved client, and its back end."""
    order = {
        "client_id": "inline-jwt",
        "kind": "private_key_jwt",
        "jwks": {"keys": [client_keys["rsa"].as_dict(private=False)]},
        "grant_types": ["client_credentials"],
        "scope": "system/Appointment.rs",
    }
    assert http.post("/_clients", json=order).status_code == 200
    return OracleApp(http, client_keys)


def issue(answer):
    """What the first issue of an outcome is about."""
    return answer.json["issue"][0]["code"]
