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
    """The private JWK set of this deployment: the first key signs, all are published.

    To rotate, put a new key in front, wait until the EHRs have fetched it, then take the old one out.
    https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html
    """

    def __init__(self, jwks: str | None) -> None:
        self._keys = _read(jwks) if jwks else ()

    def signing_key(self) -> SigningKey:
        """The key that signs now. Raises KeysWrong if there is none."""
        if not self._keys:
            raise KeysWrong("no keys")
        return self._keys[0]

    def public_jwks(self) -> Mapping[str, object]:
        """The public parts of all keys."""
        return {"keys": [key.as_dict(private=False) for key in self._keys]}


def new_secret_key() -> str:
    """A key to sign and encrypt with. Put it in front of the old ones, separated by a comma."""
    return secrets.token_urlsafe(36)


def new_client_jwks(alg: str) -> str:
    """A private JWK set with one key, as JSON, for SMART's private_key_jwt: ES384 or RS384."""
    key: SigningKey = (
        ECKey.generate_key("P-384", private=True)
        if alg == "ES384"
        else RSAKey.generate_key(RSA_BITS, private=True)
    )
    named = {**key.as_dict(private=True), "kid": secrets.token_hex(8), "use": "sig", "alg": alg}
    return json.dumps({"keys": [named]})


def _read(jwks: str) -> tuple[SigningKey, ...]:
    try:
        keys = KeySet.import_key_set(json.loads(jwks)).keys
    except (ValueError, TypeError, KeyError, JoseError) as error:
        raise KeysWrong("not a JWK set") from error
    fit = tuple(key for key in keys if isinstance(key, RSAKey | ECKey) and key.is_private and key.kid)
    if len(fit) != len(keys) or not fit or any(key.alg not in ALGORITHMS for key in fit):
        raise KeysWrong("each key must be private and have a kid, and an alg of ES384 or RS384")
    return fit
