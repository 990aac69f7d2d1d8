"""The sandbox as Epic, and an app that it knows."""

import base64
from datetime import UTC, datetime

import pytest

from sandbox.clock import SettableClock
from sandbox.ehr.accounts import PASSWORD, USER
from sandbox.ehr.config import EhrConfig
from sandbox.ehr.world import Ehr
from tests.sandbox.ehr.conftest import NOON, App

JWKS_URL = "http://localhost:8000/.well-known/jwks.json"


@pytest.fixture
def world(ehr_key):
    """The EHR's state, at noon of a November day in New York."""
    clock = SettableClock((NOON - datetime.now(UTC)).total_seconds())
    state = Ehr(EhrConfig(flavour="epic"), clock)
    state.authority.keys.load(ehr_key.as_dict(private=True))
    return state


class EpicApp(App):
    """The well-behaved client, as it has to behave here."""

    def note(self, **changes):
        """A note that is taken, with changes; None leaves an element out."""
        visit = self.appointment(4)
        data = base64.b64encode(b"Together in the call: 18 minutes.").decode()
        raw = {
            "resourceType": "DocumentReference",
            "status": "current",
            "docStatus": "final",
            "type": {"coding": [{"system": "http://loinc.org", "code": "11506-3"}]},
            "subject": {"reference": f"Patient/{visit['patient']}"},
            "content": [{"attachment": {"contentType": "text/plain", "data": data}}],
            "context": {"encounter": [{"reference": f"Encounter/{visit['encounter']}"}]},
        } | changes
        return {name: value for name, value in raw.items() if value is not None}

    def file(self, raw, **headers):
        return self.http.post(
            "/fhir/DocumentReference",
            json=raw,
            headers=self.bearer() | headers,
            content_type="application/fhir+json",
        )

    def read(self, path, **parameters):
        return self.http.get(f"/fhir/{path}", query_string=parameters, headers=self.bearer())

    def record(self, **order):
        answer = self.http.post("/_flavour", json=order)
        assert answer.status_code == 200, answer.json

    def backend_by_url(self, published, **changes):
        """A back end whose keys stand at a URL: its token answer."""
        order = {
            "client_id": "inline-jwt",
            "kind": "private_key_jwt",
            "jwks_uri": JWKS_URL,
            "grant_types": ["client_credentials"],
            "scope": "system/Appointment.rs system/Patient.rs",
        }
        assert self.http.post("/_clients", json=order).status_code == 200
        published.get(JWKS_URL, json=self.jwks())
        return self.backend(**changes)

    def jwks(self):
        return {"keys": [self.keys[name].as_dict(private=False) for name in ("rsa", "ec")]}

    def tell(self, user=f"emp${USER}", password=PASSWORD, client="visitbridge-backend", **changes):
        """SetExternalConnectionStatus, with changes; None leaves a parameter out."""
        asked = {
            "ConferenceID": self.csn(),
            "ExternalID": self.mrn(),
            "ExternalIDType": "1",
            "VendorName": "VisitBridge",
            "ConnectionStatus": "1",
        } | changes
        basic = base64.b64encode(f"{user}:{password}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}", "Epic-Client-ID": client}
        return self.http.get(
            "/api/epic/2018/Telehealth/ContextLinking/SetExternalConnectionStatus",
            query_string={name: value for name, value in asked.items() if value is not None},
            headers={name: value for name, value in headers.items() if value},
        )

    def csn(self):
        return self.read(f"Appointment/{self.appointment(4)['id']}").json["identifier"][0]["value"]

    def mrn(self):
        return self.read(f"Patient/{self.appointment(4)['patient']}").json["identifier"][0]["value"]


@pytest.fixture
def app(http, client_keys):
    """A well-behaved client."""
    return EpicApp(http, client_keys)
