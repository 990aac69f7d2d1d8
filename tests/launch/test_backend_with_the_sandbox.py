"""Our back end against the strict sandbox EHR, over real HTTP."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import requests

from fhir.client import FhirClient
from fhir.errors import ChartForbidden
from fhir.patients import read_patient
from launch.backend import BackendKeeper
from launch.credentials import Credentials
from launch.discovery import Discovery
from launch.errors import (
    BackendScopesRefused,
    ClientRefused,
    EhrSlow,
    EhrUnreachable,
    TokenAnswerMalformed,
)
from launch.exchange import TokenDesk
from launch.scopes import GrantedScopes
from launch.sites import SiteBook
from sandbox.ehr.app import create_app
from sandbox.ehr.config import EhrConfig
from sandbox.serving import served
from tests.launch.conftest import BackendVaultInMemory, LockInMemory, OneKey
from tests.patience import PATIENCE
from tests.ports import free_port

pytestmark = pytest.mark.wire
PATIENT = "vb-patient-04"
SYSTEM = ["system"]


class RealClock:
    def now(self):
        return datetime.now(UTC)


@dataclass
class BackEnd:
    """Our back end at a fresh EHR that knows it."""

    url: str
    keeper: BackendKeeper
    session: requests.Session

    def switch(self, name, **options):
        answer = requests.post(f"{self.url}/_break", json={"name": name, **options}, timeout=PATIENCE)
        assert answer.ok, answer.text

    def chart(self):
        return FhirClient(
            f"{self.url}/fhir",
            lambda: self.keeper.access_token("harbor"),
            self.session,
            reauthorize=lambda: self.keeper.renewed_token("harbor", self.keeper.access_token("harbor")),
        )

    def statuses(self, path):
        rows = requests.get(f"{self.url}/_requests", timeout=PATIENCE).json()
        return [row["status"] for row in rows if row["path"].startswith(path)]


@pytest.fixture(scope="module")
def server():
    port = free_port()
    with served(create_app(EhrConfig(port=port)), port) as url:
        yield url


@pytest.fixture
def start(server, session, our_key, our_rsa_key, random, make_site):
    assert requests.post(f"{server}/_reset", timeout=PATIENCE).ok

    def start(algorithm="ES384", timeout=(PATIENCE, PATIENCE), scopes=("system/Patient.rs",), **changes):
        key = our_key if algorithm == "ES384" else our_rsa_key
        order = {
            "client_id": "our-back-end",
            "kind": "private_key_jwt",
            "jwks": OneKey(key).public_jwks(),
            "grant_types": ["client_credentials"],
            "scope": "system/Patient.rs system/Appointment.rs",
        }
        answer = requests.post(f"{server}/_clients", json=order, timeout=PATIENCE)
        assert answer.ok, answer.text
        site = make_site(
            **{
                "issuers": (f"{server}/fhir",),
                "backend_client_id": "our-back-end",
                "backend_scopes": scopes,
            }
            | changes
        )
        clock = RealClock()
        keeper = BackendKeeper(
            SiteBook([site]),
            Discovery(session, clock),
            TokenDesk(session, Credentials(OneKey(key), random), timeout),
            BackendVaultInMemory(),
            LockInMemory(),
            clock,
        )
        return BackEnd(server, keeper, session)

    return start


@pytest.mark.smart(226, 229, 264)
@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
def test_a_chart_is_read_without_a_person(start, algorithm):
    back_end = start(algorithm)

    assert read_patient(back_end.chart(), PATIENT).id == PATIENT
    assert read_patient(back_end.chart(), PATIENT).id == PATIENT

    assert back_end.statuses("/oauth2/token") == [200]
    tokens = back_end.keeper.tokens("harbor")
    assert tokens.refresh_token is None
    assert 200 < (tokens.expires_at - datetime.now(UTC)).total_seconds() <= 300


def test_what_is_granted_may_be_less_than_what_was_asked_for(start):
    back_end = start(scopes=("system/Patient.rs", "system/Communication.c", "system/Encounter.cruds"))

    granted = GrantedScopes.parse(back_end.keeper.tokens("harbor").scope)

    assert granted.allows("Patient", "r", SYSTEM)
    assert not granted.allows("Communication", "c", SYSTEM)
    assert not granted.allows("Encounter", "r", SYSTEM)
    with pytest.raises(ChartForbidden):
        back_end.chart().read("Encounter", "vb-encounter-04")


def test_v1_scopes_are_understood(start):
    back_end = start()
    back_end.switch("v1_scopes")

    tokens = back_end.keeper.tokens("harbor")

    assert tokens.scope == "system/Patient.read"
    assert GrantedScopes.parse(tokens.scope).allows("Patient", "s", SYSTEM)


@pytest.mark.parametrize("switch", ["expire_tokens", "revoke_tokens"])
def test_after_a_401_there_is_one_new_token(start, switch):
    back_end = start()
    chart = back_end.chart()
    read_patient(chart, PATIENT)
    back_end.switch(switch)

    assert read_patient(chart, PATIENT).id == PATIENT

    assert back_end.statuses("/oauth2/token") == [200, 200]
    assert back_end.statuses("/fhir/Patient") == [200, 401, 200]


def test_a_short_life_is_renewed_in_time_with_an_assertion_never_used_before(start):
    back_end = start()
    back_end.switch("short_tokens", seconds=20)
    chart = back_end.chart()

    for _ in range(3):
        read_patient(chart, PATIENT)

    assert set(back_end.statuses("/oauth2/token")) == {200}
    assert back_end.statuses("/fhir/Patient") == [200] * 3


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"backend_client_id": "somebody-else"}, ClientRefused),
        ({"scopes": ("system/Communication.c",)}, BackendScopesRefused),
        ({"scopes": ("user/Patient.rs",)}, BackendScopesRefused),
    ],
)
def test_a_registration_that_does_not_fit_is_told_as_what_it_is(start, changes, error):
    with pytest.raises(error):
        start(**changes).keeper.tokens("harbor")


@pytest.mark.parametrize(
    ("switch", "options", "error"),
    [
        ("refuse_client", {}, ClientRefused),
        ("token_answer_malformed", {}, TokenAnswerMalformed),
        ("ehr_slow", {"what": "oauth", "seconds": 1.0}, EhrSlow),
        ("ehr_down", {"what": "oauth"}, EhrUnreachable),
        ("ehr_down", {"what": "oauth", "status": 503}, EhrUnreachable),
    ],
)
def test_each_way_to_misbehave_has_its_error(start, switch, options, error):
    back_end = start(timeout=(PATIENCE, 0.2 if error is EhrSlow else PATIENCE))
    # Discovery is remembered, so that the switch meets the token request.
    back_end.keeper.discovery.smart_configuration(f"{back_end.url}/fhir")
    back_end.switch(switch, **options)

    with pytest.raises(error) as caught:
        back_end.keeper.tokens("harbor")

    assert str(caught.value) == ""
