"""Who launched us, proved. https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from launch.discovery import Discovery, SmartConfiguration
from launch.errors import (
    IdTokenAudienceWrong,
    IdTokenExpired,
    IdTokenIssuerWrong,
    IdTokenKeyUnknown,
    IdTokenMalformed,
    IdTokenNonceWrong,
    IdTokenSignatureBad,
)
from launch.ports import PendingLaunch
from launch.sites import Site

# RS256 is what SMART servers must have; the others are as good. None and the HMACs are never among them.
ALGORITHMS = ["RS256", "RS384", "RS512", "ES256", "ES384", "PS256"]
SKEW = timedelta(minutes=2)


@dataclass(frozen=True)
class IdClaims:
    """The claims that are used. Required: iss, sub, aud, exp. Optional: nonce, fhirUser, profile, name.

    `fhir_user` is as the EHR wrote it: absolute, or relative to the FHIR base.
    """

    issuer: str
    subject: str
    fhir_user: str | None
    name: str | None


def validate_id_token(
    text: str,
    *,
    site: Site,
    config: SmartConfiguration,
    pending: PendingLaunch,
    discovery: Discovery,
    now: datetime,
) -> IdClaims:
    """The claims of a token that is genuine, ours, of this launch and in force. One error a fault."""
    claims = _verified(text, config, discovery)
    _check(claims, site, config, pending, now)
    fhir_user = claims.get("fhirUser") or claims.get("profile")
    name = claims.get("name")
    return IdClaims(
        issuer=str(claims["iss"]),
        subject=str(claims["sub"]),
        fhir_user=fhir_user if isinstance(fhir_user, str) else None,
        name=name if isinstance(name, str) else None,
    )


def _verified(text: str, config: SmartConfiguration, discovery: Discovery) -> Mapping[str, object]:
    url = discovery.key_location(config)
    try:
        return _decode(text, discovery.jwks(url))
    except IdTokenKeyUnknown:
        # Keys are rotated: ask once more before giving up.
        return _decode(text, discovery.jwks(url, again=True))


def _decode(text: str, jwks: Mapping[str, object]) -> Mapping[str, object]:
    try:
        keys = KeySet.import_key_set({"keys": jwks.get("keys") or []})  # type: ignore[typeddict-item]  # checked there
        token = jwt.decode(text, keys, algorithms=ALGORITHMS)
    except BadSignatureError as error:
        raise IdTokenSignatureBad from error
    except InvalidKeyIdError as error:
        raise IdTokenKeyUnknown from error
    except ValueError as error:
        # joserfc says so when no key of the set fits the header's `kid`.
        raise (IdTokenKeyUnknown if _is_jwt(text) else IdTokenMalformed) from error
    except JoseError as error:
        raise IdTokenMalformed from error
    except (TypeError, KeyError, AttributeError) as error:
        raise IdTokenMalformed from error
    return token.claims


def _is_jwt(text: str) -> bool:
    return text.count(".") == 2


def _check(
    claims: Mapping[str, object],
    site: Site,
    config: SmartConfiguration,
    pending: PendingLaunch,
    now: datetime,
) -> None:
    subject, expires = claims.get("sub"), claims.get("exp")
    if not isinstance(subject, str) or not subject or not _is_time(expires):
        raise IdTokenMalformed
    if claims.get("iss") != config.issuer:
        raise IdTokenIssuerWrong
    audience = claims.get("aud")
    meant_for = audience if isinstance(audience, list) else [audience]
    if site.client_id not in meant_for or claims.get("azp", site.client_id) != site.client_id:
        raise IdTokenAudienceWrong
    if now.timestamp() >= float(str(expires)) + SKEW.total_seconds() or _not_yet(claims, now):
        raise IdTokenExpired
    if pending.nonce is not None and claims.get("nonce") != pending.nonce:
        raise IdTokenNonceWrong


def _not_yet(claims: Mapping[str, object], now: datetime) -> bool:
    soonest = now.timestamp() + SKEW.total_seconds()
    return any(
        _is_time(told) and float(str(told)) > soonest for told in (claims.get("nbf"), claims.get("iat"))
    )


def _is_time(told: object) -> bool:
    return isinstance(told, int | float) and not isinstance(told, bool)
