"""Makes the keys of a deployment."""

import json
import secrets

from joserfc.jwk import ECKey, RSAKey

RSA_BITS = 3072


def new_secret_key() -> str:
    """A key to sign and encrypt with. Put it in front of the old ones, separated by a comma."""
    return secrets.token_urlsafe(36)


def new_client_jwks(alg: str) -> str:
    """A private JWK set with one key, as JSON, for SMART's private_key_jwt: ES384 or RS384.

    https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html
    """
    named = {"kid": secrets.token_hex(8), "use": "sig", "alg": alg}
    key = (
        ECKey.generate_key("P-384", named, private=True)
        if alg == "ES384"
        else RSAKey.generate_key(RSA_BITS, named, private=True)
    )
    return json.dumps({"keys": [key.as_dict(private=True)]})
