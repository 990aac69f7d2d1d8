"""Client assertions. https://hl7.org/fhir/smart-app-launch/STU2.2/client-confidential-asymmetric.html"""

import base64
import binascii
import json
from typing import Any, cast

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import import_key

from sandbox.ehr.authority import Authority
from sandbox.ehr.checks import refusal
from sandbox.ehr.clients import Client
from sandbox.ehr.config import ASSERTION_SECONDS

ALGORITHMS = ("RS384", "ES384")
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def client_of_assertion(authority: Authority, assertion: str) -> Client:
    """The client that an assertion speaks for, everything about it checked. Raises Refused."""
    header, claims = _opened(assertion)
    client = _named_client(authority, claims)
    _check_header(client, header)
    jwk = authority.client_keys.key(client, str(header.get("kid", "")))
    _check_signature(assertion, dict(jwk), str(header["alg"]))
    _check_claims(authority, client, claims)
    _spend(authority, client, claims)
    return client


def _opened(assertion: str) -> tuple[dict[str, Any], dict[str, Any]]:
    parts = assertion.split(".")
    if len(parts) != 3:
        raise refusal("assertion-malformed")
    try:
        header, claims = (json.loads(_decoded(part)) for part in parts[:2])
    except (binascii.Error, ValueError):
        raise refusal("assertion-malformed") from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise refusal("assertion-malformed")
    return header, claims


def _named_client(authority: Authority, claims: dict[str, Any]) -> Client:
    for claim in ("iss", "sub"):
        client = authority.clients.get(str(claims.get(claim)))
        if client is not None:
            if client.kind != "private_key_jwt":
                raise refusal("client-way")
            return client
    raise refusal("client-unknown")


def _check_header(client: Client, header: dict[str, Any]) -> None:
    if header.get("typ") != "JWT":
        raise refusal("assertion-typ")
    if header.get("alg") not in ALGORITHMS:
        raise refusal("assertion-alg")
    if "jku" in header and header["jku"] != client.jwks_url:
        raise refusal("assertion-jku")


def _check_signature(assertion: str, jwk: dict[str, Any], algorithm: str) -> None:
    try:
        jwt.decode(assertion, import_key(jwk), algorithms=[algorithm])
    except (JoseError, ValueError, TypeError):
        raise refusal("assertion-signature") from None


def _check_claims(authority: Authority, client: Client, claims: dict[str, Any]) -> None:
    if claims.get("iss") != client.client_id:
        raise refusal("assertion-iss")
    if claims.get("sub") != client.client_id:
        raise refusal("assertion-sub")
    audience = claims.get("aud")
    if authority.config.token_url not in (audience if isinstance(audience, list) else [audience]):
        raise refusal("assertion-aud")
    if not isinstance(claims.get("exp"), int | float):
        raise refusal("assertion-exp-missing")
    if claims["exp"] <= authority.now:
        raise refusal("assertion-exp")
    # One second of grace, for the clocks of two processes are read one after the other.
    if claims["exp"] > authority.now + ASSERTION_SECONDS + 1:
        raise refusal("assertion-exp-far")
    authority.flavour.check_assertion(claims)


def _spend(authority: Authority, client: Client, claims: dict[str, Any]) -> None:
    if not claims.get("jti"):
        raise refusal("assertion-jti-missing")
    used = f"{client.client_id} {claims['jti']}"
    with authority.grants.lock:
        if used in authority.grants.assertions:
            raise refusal("assertion-jti")
        authority.grants.assertions[used] = cast(float, claims["exp"])


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
