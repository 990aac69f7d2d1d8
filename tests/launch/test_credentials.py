"""Who we are to a token endpoint, for each of the three kinds of client."""

from base64 import b64decode, b64encode
from datetime import timedelta

import pytest
from joserfc import jws, jwt

from launch.credentials import Credentials
from tests.launch.conftest import CONFIG, NOW, OneKey

URL = CONFIG.token_endpoint
FORM = {"grant_type": "authorization_code", "code": "code-1"}


@pytest.fixture
def credentials(our_key, random):
    return Credentials(OneKey(our_key), random)


@pytest.mark.smart(63, 71)
def test_a_public_client_names_itself_and_proves_nothing(credentials, site):
    form, headers = credentials.sign(site, URL, FORM, NOW)

    assert form == {**FORM, "client_id": "our-client"}
    assert headers == {}


@pytest.mark.smart(64, 72, 345)
@pytest.mark.parametrize("secret", ["hush", "a:b", "p@ss wörd%20+"])
def test_a_client_with_a_secret_sends_it_by_basic_and_no_client_id(credentials, make_site, secret):
    site = make_site(client_kind="client_secret_basic", client_secret=secret)

    form, headers = credentials.sign(site, URL, FORM, NOW)

    scheme, told = headers["Authorization"].split(" ")
    assert scheme == "Basic"
    assert b64decode(told).decode() == f"our-client:{secret}"
    assert b64encode(b64decode(told)).decode() == told
    assert form == FORM


@pytest.mark.smart(
    64, 65, 72, 307, 308, 309, 317, 320, 321, 322, 323, 325, 327, 328, 329, 330, 331, 332, 333, 334
)
@pytest.mark.parametrize("kind", ["ES384", "RS384"])
def test_an_assertion_is_what_smart_asks_for(our_key, our_rsa_key, random, make_site, kind):
    key = our_key if kind == "ES384" else our_rsa_key
    site = make_site(client_kind="private_key_jwt")

    form, headers = Credentials(OneKey(key), random).sign(site, URL, FORM, NOW)

    token = jwt.decode(form["client_assertion"], key, algorithms=[kind])
    assert token.header == {"alg": kind, "kid": key.kid, "typ": "JWT"}
    assert {name: token.claims[name] for name in ("iss", "sub", "aud")} == {
        "iss": "our-client",
        "sub": "our-client",
        "aud": URL,
    }
    assert NOW.timestamp() < token.claims["exp"] <= (NOW + timedelta(minutes=5)).timestamp()
    assert token.claims["iat"] == NOW.timestamp()
    # Epic refuses a longer jti.
    assert 16 <= len(token.claims["jti"]) <= 151
    assert form["client_assertion_type"] == "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    assert "client_id" not in form
    assert headers == {}


@pytest.mark.smart(319, 332)
def test_an_assertion_is_never_used_twice(credentials, make_site):
    site = make_site(client_kind="private_key_jwt")

    assertions = [credentials.sign(site, URL, FORM, NOW)[0]["client_assertion"] for _ in range(3)]

    assert len({jws.extract_compact(each.encode()).payload for each in assertions}) == 3


def test_the_form_that_was_given_stays_as_it_was(credentials, make_site):
    for kind in ("public", "client_secret_basic", "private_key_jwt"):
        credentials.sign(make_site(client_kind=kind, client_secret="hush"), URL, FORM, NOW)

    assert FORM == {"grant_type": "authorization_code", "code": "code-1"}
