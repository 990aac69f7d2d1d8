"""The code for a token, and a token for a token: what is sent, what is taken, what each failure is called."""

from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
import requests

from launch.errors import (
    ClientRefused,
    CodeRefused,
    EhrSlow,
    EhrUnreachable,
    RefreshRefused,
    TokenAnswerMalformed,
)
from launch.exchange import TokenDesk
from launch.ports import TokenSet
from tests.launch.conftest import CALLBACK, CONFIG, ISS, NOW

URL = CONFIG.token_endpoint
TOKENS = {
    "access_token": "access-1",
    "token_type": "Bearer",
    "expires_in": 570,
    "scope": "launch openid user/Patient.rs",
    "refresh_token": "refresh-1",
    "id_token": "a.b.c",
    "patient": "p-1",
}
OLD = TokenSet("harbor", ISS, "access-0", "refresh-0", "launch user/Patient.rs", NOW)


def form_of(call):
    body = call.request.body
    return dict(parse_qsl(body if isinstance(body, str) else body.decode()))


@pytest.fixture
def exchange(desk, site, pending):
    return lambda: desk.exchange_code(site, CONFIG, pending, "code-1", NOW)


@pytest.fixture
def refresh(desk, site):
    return lambda tokens=OLD: desk.refresh(site, CONFIG, tokens, NOW)


@pytest.mark.smart(62, 67, 68, 69, 70, 71)
def test_the_code_is_spent_with_verifier_and_redirect_uri(exchange, pending, wire):
    wire.post(URL, json=TOKENS)

    answer = exchange()

    assert form_of(wire.calls[0]) == {
        "grant_type": "authorization_code",
        "code": "code-1",
        "redirect_uri": CALLBACK,
        "code_verifier": pending.code_verifier,
        "client_id": "our-client",
    }
    assert wire.calls[0].request.headers["Accept"] == "application/json"
    assert wire.calls[0].request.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert answer.tokens == TokenSet(
        "harbor", ISS, "access-1", "refresh-1", TOKENS["scope"], NOW + timedelta(seconds=570)
    )
    assert answer.id_token == "a.b.c"
    assert answer.values["patient"] == "p-1"


def test_no_token_has_a_repr(exchange, wire):
    wire.post(URL, json=TOKENS)

    shown = repr(exchange())

    assert not any(secret in shown for secret in ("access-1", "refresh-1", "a.b.c", "p-1"))


def test_a_secret_goes_in_the_header_only(desk, make_site, pending, wire):
    wire.post(URL, json=TOKENS)
    site = make_site(client_kind="client_secret_basic", client_secret="hush")

    desk.exchange_code(site, CONFIG, pending, "code-1", NOW)

    assert wire.calls[0].request.headers["Authorization"].startswith("Basic ")
    assert "client_id" not in form_of(wire.calls[0])


@pytest.mark.smart(319)
def test_each_token_request_has_an_assertion_of_its_own(desk, make_site, pending, wire):
    wire.post(URL, json=TOKENS)
    site = make_site(client_kind="private_key_jwt")

    desk.exchange_code(site, CONFIG, pending, "code-1", NOW)
    desk.refresh(site, CONFIG, OLD, NOW)

    first, second = (form_of(call)["client_assertion"] for call in wire.calls)
    assert first != second


@pytest.mark.parametrize(
    ("told", "seconds"),
    [
        (570, 570),
        ("3599", 3599),
        (3599.0, 3599),
        (None, 300),
        (0, 300),
        (-1, 300),
        (True, 300),
        ("²", 300),
        ("9" * 400, 300),
        (10**12, 300),
        (["570"], 300),
    ],
)
def test_a_life_that_is_not_told_sensibly_is_short(exchange, wire, told, seconds):
    wire.post(URL, json={**TOKENS, "expires_in": told})

    assert exchange().tokens.expires_at == NOW + timedelta(seconds=seconds)


def test_a_server_that_grants_what_was_asked_may_say_no_scope(exchange, pending, wire):
    wire.post(URL, json={name: value for name, value in TOKENS.items() if name != "scope"})

    assert exchange().tokens.scope == " ".join(pending.scopes)


@pytest.mark.parametrize("kind", ["Bearer", "bearer", "BEARER"])
def test_the_token_type_is_compared_without_case(exchange, wire, kind):
    wire.post(URL, json={**TOKENS, "token_type": kind})

    assert exchange().tokens.access_token == "access-1"


@pytest.mark.parametrize(
    "change",
    [
        {"access_token": None},
        {"access_token": ""},
        {"access_token": 7},
        {"access_token": "two\nlines"},
        {"access_token": "two words"},
        {"access_token": "töken"},
        {"token_type": None},
        {"token_type": "mac"},
    ],
)
@pytest.mark.parametrize("desk_work", ["exchange", "refresh"])
def test_an_answer_that_is_no_token_is_malformed(request, wire, change, desk_work):
    wire.post(URL, json={**TOKENS, **change})

    with pytest.raises(TokenAnswerMalformed):
        request.getfixturevalue(desk_work)()


@pytest.mark.parametrize("body", ["", "<html>", "[]", '"token"', "[" * 100_000])
def test_an_answer_that_is_no_json_object_is_malformed(exchange, wire, body):
    wire.post(URL, body=body)

    with pytest.raises(TokenAnswerMalformed):
        exchange()


REFUSALS = [
    ({"status": 400, "json": {"error": "invalid_grant"}}, CodeRefused, RefreshRefused),
    ({"status": 400, "json": {"error": "invalid_request"}}, CodeRefused, RefreshRefused),
    ({"status": 400, "json": {"error": "invalid_scope"}}, CodeRefused, RefreshRefused),
    ({"status": 400, "body": "no"}, CodeRefused, RefreshRefused),
    ({"status": 403, "body": ""}, CodeRefused, RefreshRefused),
    ({"status": 302, "headers": {"Location": "https://elsewhere.test/"}}, CodeRefused, RefreshRefused),
    ({"status": 401, "json": {"error": "invalid_client"}}, ClientRefused, ClientRefused),
    ({"status": 400, "json": {"error": "invalid_client"}}, ClientRefused, ClientRefused),
    ({"status": 400, "json": {"error": "unauthorized_client"}}, ClientRefused, ClientRefused),
    ({"status": 401, "body": ""}, ClientRefused, ClientRefused),
    ({"status": 500}, EhrUnreachable, EhrUnreachable),
    ({"status": 503}, EhrUnreachable, EhrUnreachable),
    ({"status": 429}, EhrUnreachable, EhrUnreachable),
    ({"body": requests.ConnectTimeout()}, EhrSlow, EhrSlow),
    ({"body": requests.ReadTimeout()}, EhrSlow, EhrSlow),
    ({"body": requests.ConnectionError()}, EhrUnreachable, EhrUnreachable),
]


@pytest.mark.parametrize(("answer", "error", "_"), REFUSALS)
def test_each_refusal_of_a_code_has_its_name(exchange, wire, answer, error, _):
    wire.post(URL, **answer)

    with pytest.raises(error) as caught:
        exchange()

    assert caught.value.retryable is (error in (EhrSlow, EhrUnreachable))
    assert len(wire.calls) == 1


@pytest.mark.parametrize(("answer", "_", "error"), REFUSALS)
def test_each_refusal_of_a_refresh_has_its_name(refresh, wire, answer, _, error):
    wire.post(URL, **answer)

    with pytest.raises(error):
        refresh()

    assert len(wire.calls) == 1


@pytest.mark.smart(105, 106, 108)
def test_a_refresh_sends_the_refresh_token_and_asks_for_no_more(refresh, wire):
    wire.post(URL, json=TOKENS)

    renewed = refresh()

    assert form_of(wire.calls[0]) == {
        "grant_type": "refresh_token",
        "refresh_token": "refresh-0",
        "client_id": "our-client",
    }
    assert renewed.access_token == "access-1"
    assert renewed.refresh_token == "refresh-1"
    assert renewed.iss == ISS


def test_the_old_refresh_token_and_scope_stay_where_no_new_ones_come(refresh, wire):
    wire.post(URL, json={"access_token": "access-1", "token_type": "Bearer", "expires_in": 570})

    renewed = refresh()

    assert renewed.refresh_token == "refresh-0"
    assert renewed.scope == OLD.scope


def test_without_a_refresh_token_nothing_is_asked(refresh, wire):
    with pytest.raises(RefreshRefused):
        refresh(TokenSet("harbor", ISS, "access-0", None, "", NOW))

    assert len(wire.calls) == 0


def test_every_request_has_a_timeout_and_follows_no_redirect(desk, site, pending, wire):
    class Watched(requests.Session):
        def request(self, *args, **kwargs):
            seen.append((kwargs["timeout"], kwargs["allow_redirects"]))
            return super().request(*args, **kwargs)

    seen = []
    wire.post(URL, json=TOKENS)

    TokenDesk(Watched(), desk.credentials, timeout=(1.0, 2.0)).exchange_code(site, CONFIG, pending, "c", NOW)

    assert seen == [((1.0, 2.0), False)]
