"""An id_token is believed if it is genuine, ours, of this launch and in force; each fault has its error."""

import json
import math
from base64 import urlsafe_b64encode
from dataclasses import replace

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, RSAKey

from launch.errors import (
    DiscoveryIncomplete,
    EhrUnreachable,
    IdTokenAudienceWrong,
    IdTokenExpired,
    IdTokenIssuerWrong,
    IdTokenKeyUnknown,
    IdTokenMalformed,
    IdTokenNonceWrong,
    IdTokenSignatureBad,
)
from launch.id_token import IdClaims, validate_id_token
from tests.launch.conftest import CONFIG, ISS, ISSUER, NOW

EPOCH = int(NOW.timestamp())


@pytest.fixture(scope="module")
def other_key():
    """A key that the EHR does not publish, under the name of one that it does."""
    return RSAKey.generate_key(2048, {"kid": "ehr-1"}, private=True)


@pytest.fixture
def validate(site, pending, discovery):
    def validate(text, site=site, pending=pending, config=CONFIG, now=NOW):
        return validate_id_token(
            text, site=site, config=config, pending=pending, discovery=discovery, now=now
        )

    return validate


def part(value):
    text = value if isinstance(value, str) else json.dumps(value)
    return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


@pytest.mark.smart(201, 218)
def test_a_good_token_tells_who_it_is(validate, published, id_token):
    published()

    claims = validate(id_token())

    assert claims == IdClaims(ISSUER, "user-7", f"{ISS}/Practitioner/dr-7", "Amara Osei")
    assert "Amara" not in repr(claims)


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512", "PS256"])
def test_each_rsa_algorithm_verifies(validate, published, id_token, algorithm):
    published()

    assert validate(id_token(header={"alg": algorithm})).subject == "user-7"


@pytest.mark.parametrize(("algorithm", "curve"), [("ES256", "P-256"), ("ES384", "P-384")])
def test_each_elliptic_algorithm_verifies(validate, published, id_token, algorithm, curve):
    key = ECKey.generate_key(curve, {"kid": "ec"}, private=True)
    published(key.as_dict(private=False))

    assert validate(id_token(key=key, header={"alg": algorithm, "kid": "ec"})).subject == "user-7"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no token",
        "a.b",
        "a.b.c",
        "a.b.c.d.e",
        "é.ü.ö",
        f"{part({'alg': 'RS256'})}.!!.x",
        f"{part([])}.{part({})}.x",
        f"{part({})}.{part({})}.x",
        f"{part({'alg': 'none'})}.{part({'iss': ISSUER})}.",
        f"{part({'alg': 'RS256', 'kid': 7})}.{part({})}.x",
        f"{part({'alg': ['RS256']})}.{part({})}.x",
    ],
)
def test_what_is_no_signed_token_is_malformed(validate, published, text):
    published()

    with pytest.raises(IdTokenMalformed):
        validate(text)


def test_a_token_signed_with_a_public_key_as_if_it_were_a_secret_is_malformed(
    validate, published, id_token, ehr_key
):
    published()
    public = OctKey.import_key(ehr_key.as_pem(private=False).replace(b"-----", b""))

    with pytest.raises(IdTokenMalformed):
        validate(id_token(key=public, header={"alg": "HS256"}))


@pytest.mark.parametrize("payload", ["no json", "[]", '"text"'])
def test_a_genuine_token_without_claims_is_malformed(validate, published, ehr_key, payload):
    published()
    text = jws.serialize_compact({"alg": "RS256", "kid": "ehr-1"}, payload, ehr_key, algorithms=["RS256"])

    with pytest.raises(IdTokenMalformed):
        validate(text)


@pytest.mark.parametrize(
    "claims",
    [
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"exp": -1},
        {"exp": EPOCH * 1000},
        {"exp": 10**400},
        {"exp": math.nan},
        {"exp": math.inf},
    ],
)
def test_a_token_without_a_subject_or_an_end_is_malformed(validate, published, id_token, claims):
    published()

    with pytest.raises(IdTokenMalformed):
        validate(id_token(**claims))


@pytest.mark.smart(201, 218)
def test_a_signature_by_another_key_is_bad(validate, published, id_token, other_key):
    published()

    with pytest.raises(IdTokenSignatureBad):
        validate(id_token(key=other_key))


def test_a_token_that_was_changed_after_it_was_signed_is_bad(validate, published, id_token):
    published()
    header, _, signature = id_token().split(".")

    with pytest.raises(IdTokenSignatureBad):
        validate(
            f"{header}.{part({'iss': ISSUER, 'sub': 'admin', 'aud': 'our-client', 'exp': EPOCH})}.{signature}"
        )


def test_a_key_that_is_not_published_is_asked_for_once_more(validate, published, id_token, wire):
    published()

    with pytest.raises(IdTokenKeyUnknown):
        validate(id_token(header={"kid": "ehr-2"}))

    assert [call.request.url for call in wire.calls].count(f"{ISSUER}/jwks") == 2


def test_a_key_that_was_published_just_now_is_found(validate, published, id_token, ehr_key):
    published()
    validate(id_token())
    new_key = RSAKey.generate_key(2048, {"kid": "ehr-2"}, private=True)
    published(ehr_key.as_dict(private=False), new_key.as_dict(private=False))

    assert validate(id_token(key=new_key, header={"kid": "ehr-2"})).subject == "user-7"


def test_a_token_without_a_key_id_is_held_against_all_keys(validate, published, id_token, ehr_key, other_key):
    odd = ECKey.generate_key("P-256", {"kid": "ec"}, private=True)
    published(
        odd.as_dict(private=False),
        {**other_key.as_dict(private=False), "kid": "ehr-0"},
        ehr_key.as_dict(private=False),
    )

    assert validate(id_token(header={"kid": None})).subject == "user-7"


def test_keys_that_nobody_can_use_spoil_no_other(validate, published, id_token, ehr_key):
    good = ehr_key.as_dict(private=False)
    published(
        {"kty": "RSA", "kid": "ehr-1", "n": "!", "e": "AQAB"},
        {"kty": "NEW", "kid": "ehr-1"},
        {"kid": "ehr-1"},
        {**good, "use": "enc"},
        {**good, "alg": "RS512"},
        good,
    )

    assert validate(id_token()).subject == "user-7"


@pytest.mark.parametrize("change", [{"use": "enc"}, {"alg": "RS512"}, {"kid": "ehr-2"}])
def test_a_key_that_is_for_something_else_verifies_nothing(validate, published, id_token, ehr_key, change):
    published({**ehr_key.as_dict(private=False), **change})

    with pytest.raises(IdTokenKeyUnknown):
        validate(id_token())


@pytest.mark.parametrize("keys", [None, "none", {}, [7]])
def test_a_key_set_without_keys_has_none(validate, published, id_token, wire, keys):
    published()
    wire.upsert("GET", f"{ISSUER}/jwks", json={"keys": keys})

    with pytest.raises(IdTokenKeyUnknown):
        validate(id_token())


@pytest.mark.smart(201, 218)
@pytest.mark.parametrize("issuer", [ISS, f"{ISSUER}/", "https://elsewhere.test", None, 7])
def test_a_token_of_another_issuer_is_refused(validate, published, id_token, issuer):
    published()

    with pytest.raises(IdTokenIssuerWrong):
        validate(id_token(iss=issuer))


@pytest.mark.smart(201)
@pytest.mark.parametrize("audience", ["other-client", ["other-client"], [], None, 7])
def test_a_token_for_another_app_is_refused(validate, published, id_token, audience):
    published()

    with pytest.raises(IdTokenAudienceWrong):
        validate(id_token(aud=audience))


def test_a_token_for_several_apps_is_ours_if_it_was_given_to_us(validate, published, id_token):
    published()
    both = ["other-client", "our-client"]

    assert validate(id_token(aud=both, azp="our-client")).subject == "user-7"
    with pytest.raises(IdTokenAudienceWrong):
        validate(id_token(aud=both, azp="other-client"))


@pytest.mark.smart(201)
@pytest.mark.parametrize(
    "claims",
    [
        {"exp": EPOCH - 120},
        {"exp": EPOCH - 3600},
        {"nbf": EPOCH + 121},
        {"iat": EPOCH + 121},
    ],
)
def test_a_token_that_is_not_in_force_is_refused(validate, published, id_token, claims):
    published()

    with pytest.raises(IdTokenExpired):
        validate(id_token(**claims))


@pytest.mark.parametrize(
    "claims", [{"exp": EPOCH - 119}, {"nbf": EPOCH + 119}, {"iat": EPOCH + 119}, {"iat": None}]
)
def test_clocks_may_be_two_minutes_apart(validate, published, id_token, claims):
    published()

    assert validate(id_token(**claims)).subject == "user-7"


@pytest.mark.smart(201)
@pytest.mark.parametrize("nonce", ["another", "", None])
def test_a_token_of_another_launch_is_refused(validate, published, id_token, nonce):
    published()

    with pytest.raises(IdTokenNonceWrong):
        validate(id_token(nonce=nonce))


def test_a_launch_without_a_nonce_asks_for_none(validate, published, id_token, pending):
    published()

    assert validate(id_token(nonce="of another"), pending=replace(pending, nonce=None)).subject == "user-7"


@pytest.mark.parametrize(
    ("claims", "fhir_user"),
    [
        ({"fhirUser": "Practitioner/7"}, "Practitioner/7"),
        ({"fhirUser": None, "profile": "Practitioner/7"}, "Practitioner/7"),
        ({"fhirUser": None}, None),
        ({"fhirUser": 7}, None),
    ],
)
def test_the_person_is_told_by_fhir_user_or_by_its_old_name(validate, published, id_token, claims, fhir_user):
    published()

    assert validate(id_token(**claims)).fhir_user == fhir_user


def test_an_ehr_without_an_issuer_or_without_its_keys_is_not_believed(validate, published, id_token, wire):
    published()
    with pytest.raises(DiscoveryIncomplete):
        validate(id_token(), config=replace(CONFIG, issuer=None))

    wire.upsert("GET", f"{ISSUER}/jwks", status=500)
    with pytest.raises(EhrUnreachable):
        validate(id_token())
