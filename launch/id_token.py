"""Who launched us, proved. https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from joserfc import jwt
from joserfc.errors import InvalidPayloadError, JoseError
from joserfc.jwk import JWKRegistry, Key
from joserfc.jws import extract_compact

from launch.discovery import Discovery, Json, SmartConfiguration
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
ALGORITHMS = ("RS256", "RS384", "RS512", "ES256", "ES384", "PS256")
KEY_TYPES = {"RS": "RSA", "PS": "RSA", "ES": "EC"}
SKEW = timedelta(minutes=2)
LATEST_TIME = 253_402_300_799  # the end of the year 9999
# What reading untrusted JOSE text and key material may raise, besides JoseError.
UNREADABLE = (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError)


@dataclass(frozen=True)
class IdClaims:
    """The claims that are used. Required: iss, sub, aud, exp. Optional: nonce, azp, iat, nbf, fhirUser, name.

    `fhir_user` is as the EHR wrote it: absolute, or relative to the FHIR base. All other claims are ignored.
    """

    issuer: str
    subject: str
    fhir_user: str | None
    name: str | None = field(repr=False)


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
    algorithm, kid = _header(text)
    keys = _published_keys(config, discovery, algorithm, kid)
    claims = _verified(text, algorithm, keys)
    _check(claims, site, config, pending, now)
    # SMART 1.0 called the claim `profile`.
    fhir_user = claims.get("fhirUser") or claims.get("profile")
    name = claims.get("name")
    return IdClaims(
        issuer=str(claims["iss"]),
        subject=str(claims["sub"]),
        fhir_user=fhir_user if isinstance(fhir_user, str) else None,
        name=name if isinstance(name, str) else None,
    )


def _header(text: str) -> tuple[str, str | None]:
    try:
        header = extract_compact(text.encode()).headers()
    except UNREADABLE:
        raise IdTokenMalformed from None
    algorithm, kid = header.get("alg"), header.get("kid")
    if algorithm not in ALGORITHMS or not (kid is None or isinstance(kid, str)):
        raise IdTokenMalformed
    return str(algorithm), kid


def _published_keys(
    config: SmartConfiguration, discovery: Discovery, algorithm: str, kid: str | None
) -> list[Key]:
    """The issuer's keys that may have signed. Keys are rotated: it is asked once more before giving up."""
    url = discovery.key_location(config)
    for again in (False, True):
        found = _fitting_keys(discovery.jwks(url, again=again), algorithm, kid)
        if found:
            return found
    raise IdTokenKeyUnknown


def _fitting_keys(jwks: Json, algorithm: str, kid: str | None) -> list[Key]:
    """By `kid`, or all of them for a token that names none. One unusable key spoils no other."""
    listed = jwks.get("keys")
    fitting = []
    for raw in listed if isinstance(listed, list) else ():
        if not isinstance(raw, dict) or raw.get("use", "sig") != "sig":
            continue
        if raw.get("alg", algorithm) != algorithm or (kid is not None and raw.get("kid") != kid):
            continue
        try:
            key = JWKRegistry.import_key(raw)
        except UNREADABLE:
            continue
        if key.key_type == KEY_TYPES[algorithm[:2]]:
            fitting.append(key)
    return fitting


def _verified(text: str, algorithm: str, keys: list[Key]) -> Mapping[str, object]:
    for key in keys:
        try:
            return jwt.decode(text, key, algorithms=[algorithm]).claims
        except InvalidPayloadError:
            raise IdTokenMalformed from None
        except UNREADABLE:
            continue
    raise IdTokenSignatureBad


def _check(
    claims: Mapping[str, object],
    site: Site,
    config: SmartConfiguration,
    pending: PendingLaunch,
    now: datetime,
) -> None:
    subject, expires = claims.get("sub"), _time(claims.get("exp"))
    if not isinstance(subject, str) or not subject or expires is None:
        raise IdTokenMalformed
    if claims.get("iss") != config.issuer:
        raise IdTokenIssuerWrong
    audience = claims.get("aud")
    meant_for = audience if isinstance(audience, list) else [audience]
    if site.client_id not in meant_for or claims.get("azp", site.client_id) != site.client_id:
        raise IdTokenAudienceWrong
    if now.timestamp() >= expires + SKEW.total_seconds() or _is_not_yet(claims, now):
        raise IdTokenExpired
    if pending.nonce is not None and claims.get("nonce") != pending.nonce:
        raise IdTokenNonceWrong


def _is_not_yet(claims: Mapping[str, object], now: datetime) -> bool:
    soonest = now.timestamp() + SKEW.total_seconds()
    return any((_time(claims.get(name)) or 0) > soonest for name in ("nbf", "iat"))


def _time(told: object) -> float | None:
    """Seconds since 1970. Not NaN, which Python reads from JSON and which is never over."""
    if not isinstance(told, int | float) or isinstance(told, bool) or not 0 <= told <= LATEST_TIME:
        return None
    return float(told)
