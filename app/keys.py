"""The keys of a deployment: those that sign for it towards the EHRs, and new ones."""

import json
import secrets
from collections.abc import Mapping

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from app.errors.base import ProductError
from launch.ports import SigningKey

RSA_BITS = 3072
ALGORITHMS = ("ES384", "RS384")


class KeysWrong(ProductError):
    """VISITBRIDGE_CLIENT_JWKS is not what it must be."""


class DeploymentKeys:
    """The private JWK set that the settings name: the first key signs while the database has none.

    https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html
    """

    def __init__(self, jwks: str | None) -> None:
        self.keys = _read(jwks) if jwks else ()

    def signing_key(self) -> SigningKey:
        """The first. Raises KeysWrong if there is none."""
        if not self.keys:
            raise KeysWrong("no keys")
        return self.keys[0]


def new_secret_key() -> str:
    """A key to sign and encrypt with. Put it in front of the old ones, separated by a comma."""
    return secrets.token_urlsafe(36)


def new_client_jwks(alg: str) -> str:
    """A private JWK set with one key, as JSON, for SMART's private_key_jwt: ES384 or RS384."""
    return json.dumps({"keys": [as_jwk(new_key(alg), private=True)]})


def new_key(alg: str) -> SigningKey:
    """A key pair of its own name: ES384 or RS384."""
    key: SigningKey = (
        ECKey.generate_key("P-384", private=True)
        if alg == "ES384"
        else RSAKey.generate_key(RSA_BITS, private=True)
    )
    return key_from({**as_jwk(key, private=True), "kid": secrets.token_hex(8), "use": "sig", "alg": alg})


def as_jwk(key: SigningKey, *, private: bool) -> Mapping[str, object]:
    """The key as a JWK, with its private half or without."""
    return key.as_dict(private=private)


def key_from(jwk: Mapping[str, object]) -> SigningKey:
    """The one private key of this JWK. Raises KeysWrong."""
    [key] = _read(json.dumps({"keys": [jwk]}))
    return key


def _read(jwks: str) -> tuple[SigningKey, ...]:
    try:
        keys = KeySet.import_key_set(json.loads(jwks)).keys
    except (ValueError, TypeError, KeyError, JoseError) as error:
        raise KeysWrong("not a JWK set") from error
    fit = tuple(key for key in keys if isinstance(key, RSAKey | ECKey) and key.is_private and key.kid)
    if len(fit) != len(keys) or not fit or any(key.alg not in ALGORITHMS for key in fit):
        raise KeysWrong("each key must be private and have a kid, and an alg of ES384 or RS384")
    return fit
