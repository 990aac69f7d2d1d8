"""A token of our own: asked for as SMART says, kept for all until it is about to end, each failure named."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
import requests
from joserfc import jwt

from launch.backend import BackendKeeper
from launch.credentials import Credentials
from launch.errors import (
    BackendRefused,
    BackendScopesRefused,
    ClientRefused,
    EhrSlow,
    EhrUnreachable,
    TokenAnswerMalformed,
    UnknownIssuer,
)
from launch.exchange import TokenDesk
from launch.ports import TokenSet
from launch.scopes import GrantedScopes
from launch.sites import SiteBook
from tests.launch.conftest import CONFIG, ISS, NOW, BackendVaultInMemory, LockInMemory, OneKey
from tests.patience import PATIENCE

URL = CONFIG.token_endpoint
SCOPES = ("system/Appointment.rs", "system/Communication.c")
LIFE = timedelta(seconds=300)


@pytest.fixture
def vault():
    return BackendVaultInMemory()


@pytest.fixture
def lock():
    return LockInMemory()


@pytest.fixture
def make_keeper(make_site, discovery, desk, vault, lock, clock, published):
    published()

    def make(**changes):
        site = make_site(**{"backend_client_id": "our-back-end", "backend_scopes": SCOPES} | changes)
        return BackendKeeper(SiteBook([site]), discovery, desk, vault, lock, clock)

    return make


@pytest.fixture
def keeper(make_keeper):
    return make_keeper()


def gives(wire, number=1, **more):
    good = {
        "access_token": f"system-{number}",
        "token_type": "bearer",
        "expires_in": 300,
        "scope": " ".join(SCOPES),
    }
    wire.post(URL, json={name: value for name, value in (good | more).items() if value is not None})


def requests_to(wire):
    return [dict(parse_qsl(call.request.body)) for call in wire.calls if call.request.method == "POST"]


@pytest.mark.smart(143, 229, 233, 234, 235, 236, 237, 238, 239)
@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
def test_it_is_asked_for_with_an_assertion_and_system_scopes(
    make_site, session, random, our_key, our_rsa_key, wire, algorithm
):
    gives(wire)
    key = our_key if algorithm == "ES384" else our_rsa_key
    desk = TokenDesk(session, Credentials(OneKey(key), random))
    site = make_site(client_kind="public", backend_client_id="our-back-end", backend_scopes=SCOPES)

    tokens = desk.ask_for_backend(site.backend, CONFIG, ISS, NOW)

    [form] = requests_to(wire)
    assertion = jwt.decode(form.pop("client_assertion"), key, algorithms=[algorithm])
    assert form == {
        "grant_type": "client_credentials",
        "scope": "system/Appointment.rs system/Communication.c",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    }
    assert assertion.header == {"alg": algorithm, "kid": key.kid, "typ": "JWT"}
    assert assertion.claims["iss"] == assertion.claims["sub"] == "our-back-end"
    assert assertion.claims["aud"] == URL
    assert NOW.timestamp() < assertion.claims["exp"] <= (NOW + timedelta(minutes=5)).timestamp()
    assert "Authorization" not in wire.calls[0].request.headers
    assert tokens == TokenSet("harbor", ISS, "system-1", None, " ".join(SCOPES), NOW + LIFE)


def test_what_was_granted_is_kept_with_it_in_either_spelling(keeper, vault, wire):
    gives(wire, scope="system/Appointment.read system/Encounter.read")

    granted = GrantedScopes.parse(keeper.tokens("harbor").scope)

    assert granted.allows("Encounter", "s", ["system"])
    assert not granted.allows("Communication", "c")
    assert vault.load("harbor").scope == "system/Appointment.read system/Encounter.read"


def test_a_server_that_grants_what_was_asked_may_say_no_scope(keeper, wire):
    gives(wire, scope=None)

    assert keeper.tokens("harbor").scope == " ".join(SCOPES)


def test_a_refresh_token_that_comes_along_is_not_kept(keeper, vault, wire):
    gives(wire, refresh_token="never")

    keeper.tokens("harbor")

    assert vault.load("harbor").refresh_token is None


@pytest.mark.smart(263)
def test_one_is_kept_until_it_is_about_to_end(keeper, clock, wire, lock):
    gives(wire, 1)
    gives(wire, 2)

    assert keeper.access_token("harbor") == "system-1"
    clock.forward(seconds=269)
    assert keeper.access_token("harbor") == "system-1"
    clock.forward(seconds=1)
    assert keeper.access_token("harbor") == "system-2"

    sent = requests_to(wire)
    assert len(sent) == 2
    assert sent[0]["client_assertion"] != sent[1]["client_assertion"]
    assert lock.names == ["backend:harbor"] * 2


def test_many_who_need_it_at_once_get_one(keeper, wire):
    gives(wire)
    ready = threading.Barrier(8)

    def ask(_):
        ready.wait(timeout=PATIENCE)
        return keeper.access_token("harbor")

    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(ask, range(8)))

    assert given == ["system-1"] * 8
    assert len(requests_to(wire)) == 1


def test_a_refused_token_is_replaced_also_with_time_left(keeper, wire):
    gives(wire, 1)
    gives(wire, 2)
    keeper.tokens("harbor")

    assert keeper.renewed_token("harbor", "system-1") == "system-2"
    assert keeper.access_token("harbor") == "system-2"


def test_a_refused_token_that_somebody_replaced_already_is_not_replaced_again(keeper, wire):
    gives(wire, 7)
    keeper.tokens("harbor")

    assert keeper.renewed_token("harbor", "system-6") == "system-7"
    assert len(requests_to(wire)) == 1


def test_a_token_for_the_ehrs_old_address_goes_nowhere(make_keeper, vault, wire):
    gives(wire)
    vault.save(TokenSet("harbor", "https://old.test/fhir", "system-0", None, "", NOW + LIFE))

    assert make_keeper().tokens("harbor").access_token == "system-1"


def test_a_site_without_a_back_end_has_no_token(make_keeper, wire):
    keeper = make_keeper(backend_client_id=None)

    assert keeper.tokens("harbor") is None
    with pytest.raises(BackendRefused):
        keeper.access_token("harbor")
    with pytest.raises(UnknownIssuer):
        keeper.tokens("elsewhere")
    assert len(wire.calls) == 0


REFUSALS = [
    ({"status": 401, "json": {"error": "invalid_client"}}, ClientRefused),
    ({"status": 400, "json": {"error": "invalid_client", "error_description": "Jane Doe"}}, ClientRefused),
    # Epic, where no background user is mapped to the client.
    ({"status": 400, "json": {"error": "unauthorized_client"}}, ClientRefused),
    ({"status": 400, "json": {"error": "invalid_scope"}}, BackendScopesRefused),
    ({"status": 400, "json": {"error": "unsupported_grant_type"}}, BackendRefused),
    ({"status": 403, "body": ""}, BackendRefused),
    ({"status": 302, "headers": {"Location": "https://elsewhere.test/"}}, BackendRefused),
    ({"body": requests.ReadTimeout("https://login.ehr.test")}, EhrSlow),
    ({"body": requests.ConnectTimeout()}, EhrSlow),
    ({"body": requests.ConnectionError()}, EhrUnreachable),
    ({"status": 503}, EhrUnreachable),
    ({"status": 429}, EhrUnreachable),
    ({"body": "<html>"}, TokenAnswerMalformed),
    ({"json": []}, TokenAnswerMalformed),
    ({"json": {"token_type": "bearer", "expires_in": 300}}, TokenAnswerMalformed),
    ({"json": {"access_token": "two\nlines", "token_type": "bearer"}}, TokenAnswerMalformed),
    ({"json": {"access_token": "system-1", "token_type": "mac"}}, TokenAnswerMalformed),
]


@pytest.mark.parametrize(("answer", "error"), REFUSALS)
def test_each_failure_has_its_error_which_says_nothing_from_outside(keeper, vault, wire, answer, error):
    wire.post(URL, **answer)

    with pytest.raises(error) as caught:
        keeper.tokens("harbor")

    assert type(caught.value) is error
    assert str(caught.value) == ""
    assert vault.load("harbor") is None


@pytest.mark.parametrize(("answer", "error"), REFUSALS)
def test_a_failure_is_told_when_the_token_is_over_and_not_before(keeper, clock, wire, answer, error):
    gives(wire)
    keeper.tokens("harbor")
    wire.upsert("POST", URL, **answer)

    clock.forward(seconds=299)
    assert keeper.access_token("harbor") == "system-1"
    clock.forward(seconds=1)
    with pytest.raises(error):
        keeper.access_token("harbor")


def test_a_waiting_request_finds_what_another_process_saved_meanwhile(keeper, vault, clock, wire):
    gives(wire)
    keeper.tokens("harbor")
    clock.forward(seconds=280)
    theirs = replace(vault.load("harbor"), access_token="theirs", expires_at=clock.now() + LIFE)
    held = keeper.lock.held

    def held_after_them(name):
        vault.save(theirs)
        return held(name)

    keeper.lock.held = held_after_them

    assert keeper.tokens("harbor") == theirs
    assert len(requests_to(wire)) == 1
