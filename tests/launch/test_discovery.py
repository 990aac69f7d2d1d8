"""What an EHR says of itself is fetched once, believed as far as it is safe, and named where it lacks."""

from dataclasses import replace
from datetime import timedelta

import pytest
import requests

from launch.discovery import Discovery
from launch.errors import DiscoveryIncomplete, EhrSlow, EhrUnreachable
from tests.launch.conftest import CONFIG, ISS, ISSUER, SMART

WELL_KNOWN = f"{ISS}/.well-known/smart-configuration"
OPENID = f"{ISSUER}/.well-known/openid-configuration"


@pytest.mark.smart(29, 226, 227)
def test_the_configuration_is_found_below_the_fhir_base(discovery, wire):
    wire.get(WELL_KNOWN, json={**SMART, "revocation_endpoint": f"{ISSUER}/revoke"})

    for iss in (ISS, f"{ISS}/"):
        config = discovery.smart_configuration(iss)

    assert config.authorization_endpoint == SMART["authorization_endpoint"]
    assert config.token_endpoint == SMART["token_endpoint"]
    assert config.issuer == ISSUER
    assert config.capabilities == ("launch-ehr", "sso-openid-connect")
    assert config.code_challenge_methods == ("S256",)
    assert config.revocation_endpoint == f"{ISSUER}/revoke"
    assert config.introspection_endpoint is None
    assert len(wire.calls) == 1
    assert wire.calls[0].request.headers["Accept"] == "application/json"
    assert "Authorization" not in wire.calls[0].request.headers


def test_it_is_asked_again_after_a_while_and_if_the_clock_went_back(session, clock, wire):
    discovery = Discovery(session, clock, kept_for=timedelta(minutes=10))
    wire.get(WELL_KNOWN, json=SMART)

    for minutes, calls in ((0, 1), (9.9, 1), (0.1, 2), (-60, 3)):
        clock.forward(minutes=minutes)
        discovery.smart_configuration(ISS)
        assert len(wire.calls) == calls


@pytest.mark.smart(379)
def test_relative_endpoints_are_meant_from_the_fhir_base(discovery, wire):
    endpoints = {"authorization_endpoint": "auth/authorize", "token_endpoint": "/oauth/token"}
    wire.get(WELL_KNOWN, json={**SMART, **endpoints})

    config = discovery.smart_configuration(ISS)

    assert config.authorization_endpoint == f"{ISS}/auth/authorize"
    assert config.token_endpoint == "https://ehr.test/oauth/token"


@pytest.mark.smart(1, 232)
@pytest.mark.parametrize("name", ["authorization_endpoint", "token_endpoint"])
@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        7,
        ["https://ehr.test"],
        "http://ehr.test/token",
        "javascript:alert(1)",
        "https://[",
        "ftp://e.test",
    ],
)
def test_an_endpoint_that_lacks_or_is_unsafe_is_named(discovery, wire, name, value):
    wire.get(WELL_KNOWN, json={**SMART, name: value})

    with pytest.raises(DiscoveryIncomplete) as caught:
        discovery.smart_configuration(ISS)

    assert caught.value.missing == name
    assert not caught.value.retryable


def test_plain_http_is_taken_from_an_ehr_that_is_plain_http_itself(discovery, wire):
    iss = "http://127.0.0.1:8001/fhir"
    endpoints = {
        name: f"http://127.0.0.1:8001/{name}" for name in ("authorization_endpoint", "token_endpoint")
    }
    wire.get(f"{iss}/.well-known/smart-configuration", json=endpoints)

    assert discovery.smart_configuration(iss).token_endpoint == "http://127.0.0.1:8001/token_endpoint"


@pytest.mark.parametrize(
    ("answer", "error", "retryable"),
    [
        ({"status": 500}, EhrUnreachable, True),
        ({"status": 503}, EhrUnreachable, True),
        ({"status": 429}, EhrUnreachable, True),
        ({"status": 404}, DiscoveryIncomplete, False),
        ({"status": 302, "headers": {"Location": "https://elsewhere.test/"}}, DiscoveryIncomplete, False),
        ({"body": "<html>"}, DiscoveryIncomplete, False),
        ({"json": []}, DiscoveryIncomplete, False),
        ({"body": "[" * 100_000}, DiscoveryIncomplete, False),
        ({"body": requests.ReadTimeout()}, EhrSlow, True),
        ({"body": requests.ConnectTimeout()}, EhrSlow, True),
        ({"body": requests.ConnectionError()}, EhrUnreachable, True),
        ({"body": requests.exceptions.SSLError()}, EhrUnreachable, True),
    ],
)
def test_each_way_to_fail_has_its_name(discovery, wire, answer, error, retryable):
    wire.get(WELL_KNOWN, **answer)

    with pytest.raises(error) as caught:
        discovery.smart_configuration(ISS)

    assert caught.value.retryable is retryable
    assert len(wire.calls) == 1


def test_what_failed_is_not_remembered(discovery, wire):
    wire.get(WELL_KNOWN, status=500)
    wire.get(WELL_KNOWN, json=SMART)
    with pytest.raises(EhrUnreachable):
        discovery.smart_configuration(ISS)

    assert discovery.smart_configuration(ISS).issuer == ISSUER


def test_the_keys_are_where_the_issuers_own_document_says(discovery, wire):
    wire.get(OPENID, json={"issuer": ISSUER, "jwks_uri": "https://keys.test/set"})

    assert discovery.key_location(CONFIG) == "https://keys.test/set"


@pytest.mark.parametrize(
    ("issuer", "document"),
    [
        (None, {}),
        ("http://login.ehr.test/oauth2", {}),
        (ISSUER, {"issuer": "https://elsewhere.test", "jwks_uri": "https://keys.test/set"}),
        (ISSUER, {"issuer": f"{ISSUER}/", "jwks_uri": "https://keys.test/set"}),
        (ISSUER, {"issuer": ISSUER}),
        (ISSUER, {"issuer": ISSUER, "jwks_uri": "http://keys.test/set"}),
    ],
    ids=["no issuer", "http", "another", "nearly", "no keys", "keys by http"],
)
def test_an_issuer_that_does_not_vouch_for_itself_is_not_believed(discovery, wire, issuer, document):
    wire.get(OPENID, json=document)

    with pytest.raises(DiscoveryIncomplete):
        discovery.key_location(replace(CONFIG, issuer=issuer))


def test_keys_are_fetched_again_only_when_asked_to(discovery, wire):
    wire.get("https://keys.test/set", json={"keys": []})

    for again, calls in ((False, 1), (False, 1), (True, 2)):
        discovery.jwks("https://keys.test/set", again=again)
        assert len(wire.calls) == calls
