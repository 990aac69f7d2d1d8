"""id_tokens, right ones and on demand wrong ones. https://openid.net/specs/openid-connect-core-1_0.html#IDToken"""

import hashlib
from collections.abc import Callable

from joserfc import jwt
from joserfc.jwk import RSAKey

from sandbox.ehr.grants import Grant, LaunchContext
from sandbox.ehr.keys import SigningKeys
from sandbox.ehr.switches import Switches

LIFE = 300
AN_HOUR_AGO = -3600


class IdTokens:
    """Signs RS256 id_tokens as the switches say."""

    def __init__(
        self, issuer: str, base_of: Callable[[str], str], keys: SigningKeys, switches: Switches
    ) -> None:
        self._issuer = issuer
        self._base_of = base_of
        self._keys = keys
        self._switches = switches

    def for_grant(self, grant: Grant, context: LaunchContext, now: float) -> str | None:
        """The signed id_token of a sign-in; None where the switch says that there is none."""
        if self._switches.on("id_token_missing"):
            return None
        if self._switches.on("id_token_malformed"):
            return "this.is-no.jwt"
        claims = self._claims(grant, context, int(now)) | self._wrong_claims(int(now))
        return self._signed(claims)

    def _claims(self, grant: Grant, context: LaunchContext, now: int) -> dict[str, object]:
        claims: dict[str, object] = {
            "iss": self._issuer,
            "sub": subject_of(context.user),
            "aud": grant.client_id,
            "iat": now,
            "exp": now + LIFE,
        }
        if grant.nonce:
            claims["nonce"] = grant.nonce
        if "fhirUser" in grant.scopes and not self._switches.on("fhir_user_missing"):
            base = "" if self._switches.on("fhir_user_relative") else f"{self._base_of(context.user)}/"
            claims["fhirUser"] = base + self._user(context)
        return claims

    def _user(self, context: LaunchContext) -> str:
        if context.patient and self._switches.on("fhir_user_is_patient"):
            return f"Patient/{context.patient}"
        return context.user

    def _wrong_claims(self, now: int) -> dict[str, object]:
        wrong: dict[str, object] = {}
        if self._switches.on("id_token_wrong_issuer"):
            wrong["iss"] = "https://another-issuer.example"
        if self._switches.on("id_token_wrong_audience"):
            wrong["aud"] = "another-client"
        if self._switches.on("id_token_expired"):
            wrong |= {"iat": now + AN_HOUR_AGO - LIFE, "exp": now + AN_HOUR_AGO}
        if self._switches.on("id_token_wrong_nonce"):
            wrong["nonce"] = "another-nonce"
        return wrong

    def _signed(self, claims: dict[str, object]) -> str:
        key, kid = self._keys.current, self._keys.current.kid
        if self._switches.on("id_token_bad_signature"):
            key = self._keys.stranger
        if self._switches.on("id_token_unknown_kid"):
            key = self._keys.stranger
            kid = key.kid
        return _encode(claims, key, str(kid))


def subject_of(user: str) -> str:
    """The OpenID subject of a person: stable, and says nothing."""
    return hashlib.sha256(user.encode()).hexdigest()[:20]


def _encode(claims: dict[str, object], key: RSAKey, kid: str) -> str:
    return jwt.encode({"alg": "RS256", "kid": kid, "typ": "JWT"}, claims, key, algorithms=["RS256"])
