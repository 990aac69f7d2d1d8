"""New keys are what the settings and the EHRs take."""

import json

import pytest
from joserfc.jwk import KeySet

from app.keys import new_client_jwks, new_secret_key
from app.settings import SHORTEST_KEY


@pytest.mark.smart(290)
@pytest.mark.parametrize(("alg", "kty"), [("ES384", "EC"), ("RS384", "RSA")])
def test_a_key_set_holds_one_named_private_key(alg: str, kty: str) -> None:
    told = json.loads(new_client_jwks(alg))

    [key] = KeySet.import_key_set(told).keys
    assert (told["keys"][0]["kty"], told["keys"][0]["alg"]) == (kty, alg)
    assert key.kid
    assert key.is_private


def test_a_secret_key_is_long_enough_and_never_the_same() -> None:
    one, other = new_secret_key(), new_secret_key()

    assert len(one) >= SHORTEST_KEY
    assert one != other
