"""The sandbox's strict EHR over real HTTP, and a chart of it that our own system may write to."""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import requests
from joserfc import jwt
from joserfc.jwk import ECKey

from fhir.capability import Capabilities, read_capabilities
from fhir.client import FhirClient
from sandbox.ehr.app import create_app
from sandbox.ehr.config import EhrConfig
from sandbox.serving import served
from tests.patience import PATIENCE
from tests.ports import free_port

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# Shorter than any answer that a test delays.
HASTE = 0.4
SCOPE = (
    "system/Patient.rs system/Appointment.rus system/Encounter.crus system/Communication.crus "
    "system/DocumentReference.crus system/Subscription.crds"
)


class HastySession(requests.Session):
    """Has no patience with writes."""

    def request(self, method, url, **wishes):  # type: ignore[no-untyped-def,override]  # passed on as it comes
        if method != "GET":
            wishes["timeout"] = (PATIENCE, HASTE)
        return super().request(method, url, **wishes)


@dataclass
class Clinic:
    """One EHR with a day's visits."""

    url: str
    key: ECKey

    def reset(self) -> None:
        """As on the first start, and our system registered anew."""
        self._post("_reset", {})
        order = {
            "client_id": "writer",
            "kind": "private_key_jwt",
            "jwks": {"keys": [self.key.as_dict(private=False)]},
            "grant_types": ["client_credentials"],
            "scope": SCOPE,
        }
        self._post("_clients", order)
        self._token = self.token()

    def switch(self, name, **options):
        self._post("_break", {"name": name, **options})

    def visit(self, number=4):
        """A visit of the day: ids of appointment, encounter, patient and practitioner among others."""
        day = requests.get(f"{self.url}/_day", timeout=PATIENCE).json()
        return next(each for each in day["appointments"] if each["id"].endswith(f"-{number:02}"))

    def written(self):
        return requests.get(f"{self.url}/_written", timeout=PATIENCE).json()

    def front_desk(self, appointment_id, **change):
        self._post(f"_appointments/{appointment_id}", change)

    def load(self, resources):
        """Put them into the chart as the clinic's own."""
        answer = requests.post(f"{self.url}/_load", json={"resources": resources}, timeout=PATIENCE)
        assert answer.ok, answer.text
        return answer.json()

    def asked(self):
        """The FHIR requests so far, as "METHOD path"."""
        rows = requests.get(f"{self.url}/_requests?since=0", timeout=PATIENCE).json()
        return [f"{row['method']} {row['path']}" for row in rows if row["system"] == "fhir"]

    def token(self):
        now = int(time.time())
        claims = {
            "iss": "writer",
            "sub": "writer",
            "aud": f"{self.url}/oauth2/token",
            "exp": now + 200,
            "jti": secrets.token_urlsafe(16),
        }
        header = {"alg": "ES384", "kid": "writer", "typ": "JWT"}
        asked = {
            "grant_type": "client_credentials",
            "scope": SCOPE,
            "client_assertion_type": ASSERTION,
            "client_assertion": jwt.encode(header, claims, self.key, algorithms=["ES384"]),
        }
        answer = requests.post(f"{self.url}/oauth2/token", data=asked, timeout=PATIENCE)
        assert answer.ok, answer.text
        self._token = answer.json()["access_token"]
        return self._token

    def chart(self) -> FhirClient:
        """The chart, over a line that waits for any answer."""
        return self._over(requests.Session())

    def chart_in_haste(self) -> FhirClient:
        """The chart, over a line that hardly waits for the answer to a write."""
        return self._over(HastySession())

    def _over(self, session: requests.Session) -> FhirClient:
        wait = (PATIENCE, PATIENCE)
        return FhirClient(f"{self.url}/fhir", lambda: self._token, session, wait, self.token)

    def can(self) -> Capabilities:
        return read_capabilities(self.chart())

    def _post(self, path, body):
        answer = requests.post(f"{self.url}/{path}", json=body, timeout=PATIENCE)
        assert answer.ok, answer.text


@contextmanager
def open_clinic(flavour: str = "generic") -> Iterator[Clinic]:
    """A clinic for as long as the context lasts, with an EHR of this kind."""
    key = ECKey.generate_key("P-384", {"kid": "writer", "use": "sig", "alg": "ES384"}, private=True)
    port = free_port()
    with served(create_app(EhrConfig(port=port, flavour=flavour)), port) as url:
        yield Clinic(url, key)
