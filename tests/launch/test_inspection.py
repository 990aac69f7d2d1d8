"""Tokens are given back and asked about where the EHR offers it, as the client that got them."""

from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
import requests
from joserfc import jwt

from launch.errors import EhrSlow, EhrUnreachable
from launch.inspection import granted_scope, revoke
from launch.ports import TokenSet
from tests.launch.conftest import CONFIG, ISS, NOW

REVOKE, INTROSPECT = "https://login.ehr.test/oauth2/revoke", "https://login.ehr.test/oauth2/introspect"
OFFERED = replace(CONFIG, revocation_endpoint=REVOKE, introspection_endpoint=INTROSPECT)
TOKENS = TokenSet("harbor", ISS, "access-0", "refresh-0", "launch", NOW + timedelta(hours=1))


def sent(wire):
    return [dict(parse_qsl(call.request.body)) for call in wire.calls]


def test_both_tokens_are_given_back_the_lasting_one_first(desk, site, wire):
    wire.post(REVOKE)

    assert revoke(desk, site, OFFERED, TOKENS, NOW)

    assert sent(wire) == [
        {"token": "refresh-0", "token_type_hint": "refresh_token", "client_id": "our-client"},
        {"token": "access-0", "token_type_hint": "access_token", "client_id": "our-client"},
    ]


def test_where_no_refresh_token_came_the_access_token_is_given_back(desk, site, wire):
    wire.post(REVOKE)

    assert revoke(desk, site, OFFERED, replace(TOKENS, refresh_token=None), NOW)

    assert [form["token"] for form in sent(wire)] == ["access-0"]


def test_a_client_with_a_secret_proves_itself_here_too(desk, make_site, wire):
    wire.post(REVOKE)
    site = make_site(client_kind="client_secret_basic", client_secret="hush")

    revoke(desk, site, OFFERED, TOKENS, NOW)

    assert wire.calls[0].request.headers["Authorization"].startswith("Basic ")
    assert "client_id" not in sent(wire)[0]


def test_an_assertion_is_meant_for_the_token_endpoint_wherever_it_goes(desk, make_site, our_key, wire):
    wire.post(REVOKE)

    revoke(desk, make_site(client_kind="private_key_jwt"), OFFERED, TOKENS, NOW)

    assertions = [form["client_assertion"] for form in sent(wire)]
    claims = [jwt.decode(one, our_key, algorithms=["ES384"]).claims for one in assertions]
    assert {told["aud"] for told in claims} == {CONFIG.token_endpoint}
    assert len({told["jti"] for told in claims}) == 2


def test_where_neither_is_offered_nothing_is_asked(desk, site, wire):
    assert not revoke(desk, site, CONFIG, TOKENS, NOW)
    assert granted_scope(desk, site, CONFIG, TOKENS, NOW) is None
    assert len(wire.calls) == 0


def test_a_refusal_is_told(desk, site, wire):
    wire.post(REVOKE, status=400, json={"error": "unsupported_token_type"})

    assert not revoke(desk, site, OFFERED, TOKENS, NOW)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ({"status": 503}, EhrUnreachable),
        ({"body": requests.ConnectionError()}, EhrUnreachable),
        ({"body": requests.ReadTimeout()}, EhrSlow),
    ],
)
def test_an_ehr_that_is_away_says_so(desk, site, wire, answer, error):
    wire.post(REVOKE, **answer)

    with pytest.raises(error):
        revoke(desk, site, OFFERED, TOKENS, NOW)


@pytest.mark.smart(270)
@pytest.mark.parametrize(
    ("answer", "scope"),
    [
        ({"json": {"active": True, "scope": "launch user/Patient.rs"}}, "launch user/Patient.rs"),
        ({"json": {"active": True}}, None),
        ({"json": {"active": False, "scope": "launch"}}, None),
        ({"json": {"active": "true", "scope": "launch"}}, None),
        ({"json": {"active": True, "scope": ["launch"]}}, None),
        ({"json": {"active": True, "scope": " "}}, None),
        ({"json": ["active"]}, None),
        ({"status": 401, "json": {"error": "invalid_client"}}, None),
    ],
)
def test_the_scope_is_what_an_active_tokens_answer_says(desk, site, wire, answer, scope):
    wire.post(INTROSPECT, **answer)

    assert granted_scope(desk, site, OFFERED, TOKENS, NOW) == scope
    assert sent(wire) == [{"token": "access-0", "token_type_hint": "access_token", "client_id": "our-client"}]
