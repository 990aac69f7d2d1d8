"""The room against the sandbox's strict EHR, over real HTTP: from the click to the chart."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo

import pytest
import requests

from fhir.appointments import search_appointments
from fhir.client import FhirClient
from fhir.encounters import read_encounter
from fhir.errors import ChartUnauthorized
from fhir.locations import read_location
from fhir.patients import read_patient
from fhir.practitioners import read_practitioner
from fhir.references import Reference
from launch.authorize import begin_launch
from launch.context import context_from
from launch.credentials import Credentials
from launch.discovery import Discovery
from launch.errors import (
    ClientRefused,
    CodeRefused,
    DiscoveryIncomplete,
    EhrUnreachable,
    FhirUserMissing,
    IdTokenAudienceWrong,
    IdTokenExpired,
    IdTokenIssuerWrong,
    IdTokenKeyUnknown,
    IdTokenMalformed,
    IdTokenMissing,
    IdTokenNonceWrong,
    IdTokenSignatureBad,
    PatientNotInContext,
    RefreshRefused,
    ScopesTooFew,
    TokenAnswerMalformed,
)
from launch.exchange import TokenDesk
from launch.id_token import validate_id_token
from launch.inspection import granted_scope, revoke
from launch.ports import PendingLaunch
from launch.refresh import TokenKeeper
from launch.resolver import FoundBy, resolve_appointment
from launch.scopes import reading_gaps
from launch.sites import Site, SiteBook
from launch.vendors.registry import profile_of
from sandbox.ehr.app import create_app
from sandbox.ehr.config import EhrConfig
from sandbox.serving import served
from tests.launch.conftest import LockInMemory, OneKey, VaultInMemory
from tests.patience import PATIENCE
from tests.ports import free_port

pytestmark = pytest.mark.wire
CALLBACK = "http://localhost:8000/launch/callback"
CHART = ("Patient", "Practitioner", "Location", "Appointment", "Encounter")
SCOPES = ("launch", "openid", "fhirUser", "online_access", *(f"user/{each}.rs" for each in CHART))
NEW_YORK = ZoneInfo("America/New_York")


class RealClock:
    def now(self):
        return datetime.now(UTC)


@dataclass
class Walk:
    """A person's way from the click in the EHR to the chart, one step at a time."""

    url: str
    site: Site
    session: requests.Session
    desk: TokenDesk
    random: object

    def __post_init__(self):
        self.iss = f"{self.url}/fhir"
        self.clock = RealClock()
        self.discovery = Discovery(self.session, self.clock)

    def switch(self, name, **options):
        answer = requests.post(f"{self.url}/_break", json={"name": name, **options}, timeout=PATIENCE)
        assert answer.ok, answer.text

    def appointment(self, number=4):
        day = requests.get(f"{self.url}/_day", timeout=PATIENCE).json()
        return next(each for each in day["appointments"] if each["id"].endswith(f"-{number:02}"))

    def click(self, **context):
        context = context or {"appointment": self.appointment()["id"]}
        order = {"app": self.site.client_id, "context": context}
        answer = requests.post(f"{self.url}/_launch", json=order, timeout=PATIENCE)
        assert answer.ok, answer.text
        launched = dict(parse_qsl(urlsplit(answer.json()["url"]).query))
        assert launched["iss"] == self.iss
        return self.begin(launched["launch"])

    def begin(self, launch):
        self.config = self.discovery.smart_configuration(self.iss)
        pending, asked = begin_launch(
            self.site,
            self.config,
            iss=self.iss,
            launch=launch,
            redirect_uri=CALLBACK,
            browser="browser",
            now=self.clock.now(),
            random=self.random,
        )
        self.asked = asked
        return pending, asked.url

    def authorize(self, pending: PendingLaunch, url: str) -> str:
        answer = requests.get(url, allow_redirects=False, timeout=PATIENCE)
        assert answer.status_code == 303, answer.text
        returned = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
        assert returned["state"] == pending.state
        return returned["code"]

    def arrive(self, pending: PendingLaunch, code: str):
        now = self.clock.now()
        self.answer = self.desk.exchange_code(self.site, self.config, pending, code, now)
        claims = None
        if self.answer.id_token:
            claims = validate_id_token(
                self.answer.id_token,
                site=self.site,
                config=self.config,
                pending=pending,
                discovery=self.discovery,
                now=now,
            )
        return context_from(self.answer, claims, pending, profile_of("generic"))

    def whole(self, **context):
        pending, url = self.click(**context)
        return self.arrive(pending, self.authorize(pending, url))

    def chart(self):
        return FhirClient(self.iss, lambda: self.answer.tokens.access_token, self.session)

    def resolve(self, context):
        return resolve_appointment(context, self.chart(), now=self.clock.now(), zone=NEW_YORK)

    def reads(self):
        rows = requests.get(f"{self.url}/_requests", timeout=PATIENCE).json()
        return [row for row in rows if row["system"] == "fhir" and "well-known" not in row["path"]]


@pytest.fixture(scope="module")
def server():
    port = free_port()
    with served(create_app(EhrConfig(port=port)), port) as url:
        yield url


@pytest.fixture
def start(server, session, our_key, our_rsa_key, random, make_site):
    """A walk to a fresh EHR as one of its clients."""
    assert requests.post(f"{server}/_reset", timeout=PATIENCE).ok

    def start(kind="public", key="ES384", **changes):
        ours = our_key if key == "ES384" else our_rsa_key
        order = {
            "client_id": f"test-{kind}",
            "kind": kind,
            "client_secret": "hush",
            "jwks": OneKey(ours).public_jwks(),
            "redirect_uris": [CALLBACK],
            "launch_url": f"http://localhost:8000/launch?{kind}",
        }
        answer = requests.post(f"{server}/_clients", json=order, timeout=PATIENCE)
        assert answer.ok, answer.text
        site = make_site(
            issuers=(f"{server}/fhir",),
            client_id=f"test-{kind}",
            client_kind=kind,
            client_secret="hush",
            scopes=SCOPES,
        )
        site = make_site(**(vars(site) | changes))
        return Walk(server, site, session, TokenDesk(session, Credentials(OneKey(ours), random)), random)

    return start


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("public", "ES384"),
        ("client_secret_basic", "ES384"),
        ("private_key_jwt", "ES384"),
        ("private_key_jwt", "RS384"),
    ],
)
def test_each_kind_of_client_comes_from_the_click_to_the_visit(start, kind, key):
    walk = start(kind, key)
    planned = walk.appointment()

    context = walk.whole(appointment=planned["id"])
    found = walk.resolve(context)

    assert context.patient == found.appointment.patient_id
    assert context.user.resource_type == "Practitioner"
    assert context.id_issuer != walk.iss
    assert reading_gaps(context.granted) == ()
    assert found.found_by is FoundBy.CONTEXT
    assert found.appointment.id == planned["id"]
    assert len(walk.reads()) == 1


def test_everything_around_the_visit_is_read_without_a_gap(start):
    walk = start()
    context = walk.whole()
    appointment = walk.resolve(context).appointment
    chart = walk.chart()

    encounter = read_encounter(chart, context.encounter)

    assert appointment.gaps == ()
    assert encounter.gaps == ()
    assert encounter.appointment_ids == (appointment.id,)
    assert read_patient(chart, context.patient).gaps == ()
    assert read_location(chart, appointment.location_id).gaps == ()
    host = read_practitioner(chart, encounter.primary_practitioner_at(appointment.start))
    assert host.gaps == ()
    assert host.emails[0].endswith("@clinic.example")


def test_a_schedule_is_searched_for_by_the_provider(start):
    walk = start()
    context = walk.whole()
    now = walk.clock.now()

    found = search_appointments(
        walk.chart(), "practitioner", context.user.id, now - timedelta(days=1), now + timedelta(days=1)
    )

    assert walk.appointment()["id"] in {each.id for each in found}


@pytest.mark.parametrize(
    ("switch", "found_by", "reads"),
    [
        ("appointment_as_key", FoundBy.CONTEXT, 1),
        ("appointment_only_by_encounter", FoundBy.ENCOUNTER, 2),
        ("appointment_not_in_context", FoundBy.SEARCH, 1),
        ("v1_scopes", FoundBy.CONTEXT, 1),
        ("fhir_user_relative", FoundBy.CONTEXT, 1),
        ("banner_as_string", FoundBy.CONTEXT, 1),
    ],
)
def test_each_spelling_of_a_launch_leads_to_the_appointment(start, switch, found_by, reads):
    walk = start()
    # Whose only appointment of the day it is.
    planned = walk.appointment(5)["id"]
    walk.switch(switch)

    context = walk.whole(appointment=planned)
    found = walk.resolve(context)

    assert (found.found_by, found.appointment.id) == (found_by, planned)
    assert len(walk.reads()) == reads
    assert context.need_patient_banner is False


def test_of_two_appointments_near_each_other_a_person_picks(start):
    walk = start()
    walk.switch("appointment_not_in_context")

    found = walk.resolve(walk.whole())

    assert found.found_by is FoundBy.PICK
    assert [each.id for each in found.candidates] == [walk.appointment(number)["id"] for number in (4, 18)]


@pytest.mark.parametrize(
    ("switch", "error"),
    [
        ("discovery_incomplete", DiscoveryIncomplete),
        ("ehr_down", EhrUnreachable),
        ("refuse_code", CodeRefused),
        ("refuse_client", ClientRefused),
        ("token_answer_malformed", TokenAnswerMalformed),
        ("id_token_missing", IdTokenMissing),
        ("id_token_malformed", IdTokenMalformed),
        ("id_token_bad_signature", IdTokenSignatureBad),
        ("id_token_unknown_kid", IdTokenKeyUnknown),
        ("id_token_wrong_issuer", IdTokenIssuerWrong),
        ("id_token_wrong_audience", IdTokenAudienceWrong),
        ("id_token_expired", IdTokenExpired),
        ("id_token_wrong_nonce", IdTokenNonceWrong),
        ("fhir_user_missing", FhirUserMissing),
    ],
)
def test_each_way_to_misbehave_has_its_error(start, switch, error):
    walk = start()
    context = {"appointment": walk.appointment()["id"]}
    walk.switch(switch)

    with pytest.raises(error):
        walk.whole(**context)


def test_a_patient_who_signs_in_themselves_is_told_apart(start):
    walk = start()
    walk.switch("fhir_user_is_patient")

    context = walk.whole(appointment=walk.appointment()["id"])

    assert context.is_patients_side
    assert context.user == Reference("Patient", context.patient)


def test_a_patient_who_was_asked_for_and_does_not_come_is_missed(start):
    walk = start(scopes=(*SCOPES, "launch/patient"))
    walk.switch("patient_not_in_context")

    with pytest.raises(PatientNotInContext):
        walk.whole()


def test_scopes_that_the_ehr_dropped_are_named(start):
    walk = start()
    walk.switch("drop_scope", scopes=["user/Encounter", "user/Location"])
    assert reading_gaps(walk.whole().granted) == ("Encounter", "Location")

    walk.switch("drop_scope", scopes=["user/Patient"])
    with pytest.raises(ScopesTooFew):
        reading_gaps(walk.whole().granted)


@pytest.mark.smart(50, 52)
def test_a_request_may_come_as_a_form(start):
    walk = start(post_authorize=True)
    pending, _ = walk.click()

    assert walk.asked.by_post
    answer = requests.post(walk.asked.endpoint, data=walk.asked.parameters, allow_redirects=False, timeout=5)
    returned = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
    context = walk.arrive(pending, returned["code"])

    assert returned["state"] == pending.state
    assert context.patient


def test_a_code_is_good_once(start):
    walk = start()
    pending, url = walk.click()
    code = walk.authorize(pending, url)
    walk.arrive(pending, code)

    with pytest.raises(CodeRefused):
        walk.arrive(pending, code)


def test_a_key_that_the_ehr_rotated_is_fetched_again(start):
    walk = start()
    walk.whole()
    walk.switch("rotate_keys")

    assert walk.whole().patient


def test_a_standalone_launch_reaches_the_page_where_a_patient_is_picked(start):
    walk = start()

    pending, url = walk.begin(launch=None)
    page = requests.get(url, timeout=PATIENCE)

    assert page.status_code == 200
    assert "launch/patient" in pending.scopes


@pytest.mark.parametrize("kind", ["public", "client_secret_basic", "private_key_jwt"])
@pytest.mark.parametrize("rotating", [False, True])
def test_a_token_that_ended_is_renewed_and_the_chart_read_on(start, kind, rotating):
    walk = start(kind)
    context = walk.whole()
    vault = VaultInMemory()
    vault.save("session", walk.answer.tokens)
    keeper = TokenKeeper(SiteBook([walk.site]), walk.discovery, walk.desk, vault, LockInMemory(), walk.clock)
    chart = FhirClient(
        walk.iss,
        lambda: keeper.access_token("session"),
        walk.session,
        reauthorize=lambda: keeper.renewed_token("session", keeper.access_token("session")),
    )
    if rotating:
        walk.switch("rotate_refresh")

    for _ in range(2):
        walk.switch("expire_tokens")
        assert read_patient(chart, context.patient).id == context.patient

    assert [row["status"] for row in walk.reads()] == [401, 200, 401, 200]
    spent = vault.load("session").refresh_token == walk.answer.tokens.refresh_token
    assert spent is not rotating


@pytest.mark.smart(270)
@pytest.mark.parametrize("kind", ["public", "client_secret_basic", "private_key_jwt"])
def test_tokens_are_asked_about_and_given_back(start, kind):
    walk = start(kind)
    context = walk.whole()
    tokens, now = walk.answer.tokens, walk.clock.now()

    assert granted_scope(walk.desk, walk.site, walk.config, tokens, now) == tokens.scope
    assert revoke(walk.desk, walk.site, walk.config, tokens, now)

    assert granted_scope(walk.desk, walk.site, walk.config, tokens, now) is None
    with pytest.raises(ChartUnauthorized):
        read_patient(walk.chart(), context.patient)
    with pytest.raises(RefreshRefused):
        walk.desk.refresh(walk.site, walk.config, tokens, now)


def test_what_the_ehr_revoked_is_over(start):
    walk = start()
    context = walk.whole()
    walk.switch("revoke_tokens")

    with pytest.raises(ChartUnauthorized):
        read_patient(walk.chart(), context.patient)
    with pytest.raises(RefreshRefused):
        walk.desk.refresh(walk.site, walk.config, walk.answer.tokens, walk.clock.now())
