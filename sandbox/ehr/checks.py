"""Every check of the authorization server: its id, its rule, the OAuth error it gives and how it is told.

https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html, RFC 6749, 6750, 7009, 7521, 7523, 7636, 7662
"""

from dataclasses import dataclass
from typing import Literal

# page: shown to the person, since OAuth forbids to redirect; redirect: sent back to the app's redirect_uri;
# json: answered by the token endpoint and its neighbours; bearer: answered by the FHIR server.
How = Literal["page", "redirect", "json", "bearer"]


@dataclass(frozen=True)
class Check:
    """One rule that a client may break; ``status`` is the HTTP status of the answer."""

    id: str
    rule: str
    error: str
    how: How
    status: int


@dataclass(frozen=True)
class ReturnAddress:
    """Where an authorization is answered, with the state that the client sent."""

    redirect_uri: str
    state: str | None


class Refused(Exception):
    """A check failed; ``back`` is known for those that are told by redirect."""

    def __init__(self, check: Check, back: ReturnAddress | None = None) -> None:
        super().__init__(check.id)
        self.check = check
        self.back = back


def refusal(check_id: str, back: ReturnAddress | None = None) -> Refused:
    """The refusal of this check, to be raised."""
    return Refused(CHECKS[check_id], back)


def _page(check_id: str, error: str, rule: str) -> Check:
    return Check(check_id, rule, error, "page", 400)


def _redirect(check_id: str, error: str, rule: str) -> Check:
    return Check(check_id, rule, error, "redirect", 303)


def _json(check_id: str, error: str, rule: str) -> Check:
    return Check(check_id, rule, error, "json", 401 if error == "invalid_client" else 400)


def _bearer(check_id: str, status: int, error: str, rule: str) -> Check:
    return Check(check_id, rule, error, "bearer", status)


REGISTRATION = (
    _json("registration-uri", "invalid_redirect_uri", "launch and redirect URLs are absolute http(s) URLs"),
    _json("registration-kind", "invalid_client_metadata", "the way to authenticate is one that is offered"),
    _json("registration-secret", "invalid_client_metadata", "a client_secret_basic client has a secret"),
    _json(
        "registration-keys",
        "invalid_client_metadata",
        "a private_key_jwt client gives a JWKS URL or a valid key",
    ),
)
AUTHORIZATION = (
    _page("authorize-form", "invalid_request", "a POST carries application/x-www-form-urlencoded"),
    _page("authorize-client", "invalid_client", "client_id is registered"),
    _page(
        "authorize-redirect-uri", "invalid_request", "redirect_uri is one of the client's, letter by letter"
    ),
    _redirect("authorize-twice", "invalid_request", "no parameter comes twice"),
    _redirect("authorize-type-missing", "invalid_request", "response_type is present"),
    _redirect("authorize-type", "unsupported_response_type", "response_type is code"),
    _redirect("authorize-state", "invalid_request", "state is present"),
    _redirect(
        "authorize-state-short", "invalid_request", "state has room for 122 bits: 21 characters or more"
    ),
    _redirect("authorize-aud-missing", "invalid_request", "aud is present"),
    _redirect("authorize-aud", "invalid_request", "aud is the FHIR base URL, letter by letter"),
    _redirect("authorize-challenge-missing", "invalid_request", "code_challenge is present"),
    _redirect("authorize-challenge", "invalid_request", "code_challenge is 43 characters of base64url"),
    _redirect("authorize-method-missing", "invalid_request", "code_challenge_method is present"),
    _redirect("authorize-method", "invalid_request", "code_challenge_method is S256"),
    _redirect("authorize-scope-missing", "invalid_scope", "scope is present"),
    _redirect(
        "authorize-scope-malformed", "invalid_scope", "each scope is one of SMART's, spelled in v1 or v2"
    ),
    _redirect("authorize-scope-none", "invalid_scope", "at least one scope is registered for the client"),
    _redirect(
        "authorize-launch-missing", "invalid_request", "with the scope launch comes the launch parameter"
    ),
    _redirect("authorize-launch-scope", "invalid_scope", "with the launch parameter comes the scope launch"),
    _redirect("authorize-launch-unknown", "invalid_request", "launch was issued by this EHR"),
    _redirect("authorize-launch-expired", "invalid_request", "launch is at most five minutes old"),
    _redirect(
        "authorize-launch-used", "invalid_request", "launch was not used before (while refuse_launch_reuse)"
    ),
    _redirect("authorize-max-age", "invalid_request", "max_age, which is not supported, is not sent"),
    _page("choose-unknown", "invalid_request", "the choice belongs to an authorization that is under way"),
    _redirect("choose-denied", "access_denied", "the person says yes"),
)
TOKEN_REQUEST = (
    _json("token-form", "invalid_request", "the body is application/x-www-form-urlencoded"),
    _json("token-twice", "invalid_request", "no parameter comes twice"),
    _json("token-grant-missing", "invalid_request", "grant_type is present"),
    _json("token-grant", "unsupported_grant_type", "grant_type is one that is offered"),
    _json("token-grant-client", "unauthorized_client", "the client is registered for this grant_type"),
)
CLIENT_AUTHENTICATION = (
    _json("client-missing", "invalid_client", "the client says who it is"),
    _json("client-unknown", "invalid_client", "the client is registered"),
    _json("client-two-ways", "invalid_request", "the client authenticates in one way only"),
    _json("client-way", "invalid_client", "the client authenticates in the way it is registered for"),
    _json("client-basic", "invalid_client", "Authorization is Basic with base64 of id:secret"),
    _json("client-secret", "invalid_client", "the secret is right"),
    _json("client-id-in-body", "invalid_request", "a confidential client sends no client_id in the body"),
    _json("assertion-type", "invalid_client", "client_assertion_type is the one of RFC 7523"),
    _json("assertion-missing", "invalid_client", "client_assertion is present"),
    _json("assertion-malformed", "invalid_client", "client_assertion is a signed JWT"),
    _json("assertion-typ", "invalid_client", "the header's typ is JWT"),
    _json("assertion-alg", "invalid_client", "the header's alg is RS384 or ES384"),
    _json("assertion-kid", "invalid_client", "the header's kid names a key of the client's JWK set"),
    _json("assertion-jku", "invalid_client", "the header's jku, if any, is the registered JWKS URL"),
    _json("assertion-keys", "invalid_client", "the registered JWKS URL answers a JWK set"),
    _json("assertion-private", "invalid_client", "the JWK set holds public keys only"),
    _json("assertion-signature", "invalid_client", "the signature verifies"),
    _json("assertion-iss", "invalid_client", "iss is the client_id"),
    _json("assertion-sub", "invalid_client", "sub is the client_id"),
    _json("assertion-aud", "invalid_client", "aud is the token URL"),
    _json("assertion-exp-missing", "invalid_client", "exp is present"),
    _json("assertion-exp", "invalid_client", "exp has not passed"),
    _json("assertion-exp-far", "invalid_client", "exp is at most five minutes ahead"),
    _json("assertion-jti-missing", "invalid_client", "jti is present"),
    _json("assertion-jti", "invalid_client", "jti was never used before"),
)
CODE = (
    _json("code-missing", "invalid_request", "code is present"),
    _json("code-unknown", "invalid_grant", "the code was issued by this EHR"),
    _json("code-used", "invalid_grant", "the code is used once; its tokens die with a second try"),
    _json("code-expired", "invalid_grant", "the code is at most 60 seconds old"),
    _json("code-client", "invalid_grant", "the code was issued to this client"),
    _json("code-redirect-uri-missing", "invalid_request", "redirect_uri is present"),
    _json("code-redirect-uri", "invalid_grant", "redirect_uri is the one of the authorization request"),
    _json("code-verifier-missing", "invalid_request", "code_verifier is present"),
    _json("code-verifier-malformed", "invalid_request", "code_verifier is 43 to 128 unreserved characters"),
    _json("code-verifier", "invalid_grant", "SHA-256 of code_verifier is the code_challenge"),
)
REFRESH = (
    _json("refresh-missing", "invalid_request", "refresh_token is present"),
    _json("refresh-unknown", "invalid_grant", "the refresh token was issued by this EHR and not revoked"),
    _json("refresh-client", "invalid_grant", "the refresh token was issued to this client"),
    _json(
        "refresh-spent", "invalid_grant", "a replaced refresh token is not used again (while rotate_refresh)"
    ),
    _json("refresh-scope", "invalid_scope", "scope asks for no more than was granted"),
)
BACKEND = (
    _json("backend-scope-missing", "invalid_scope", "client_credentials comes with scope"),
    _json("backend-scope", "invalid_scope", "client_credentials asks for system scopes only"),
    _json("backend-scope-none", "invalid_scope", "at least one scope is registered for the client"),
)
INTROSPECTION = (
    _json("introspect-token", "invalid_request", "token is present"),
    _json("introspect-client", "invalid_client", "a token is introspected by the client it was issued to"),
    _json("revoke-token", "invalid_request", "token is present"),
)
TOKEN_USE = (
    _bearer("bearer-missing", 401, "", "a FHIR request carries Authorization: Bearer"),
    _bearer("bearer-in-query", 400, "invalid_request", "a token is never put into a URL"),
    _bearer("bearer-unknown", 401, "invalid_token", "the token was issued by this EHR and not revoked"),
    _bearer("bearer-expired", 401, "invalid_token", "the token has not expired"),
    _bearer("bearer-scope", 403, "insufficient_scope", "the granted scopes permit the interaction"),
    _bearer("bearer-filter", 403, "insufficient_scope", "the resource matches the granted scope's filter"),
    _bearer("bearer-patient", 403, "insufficient_scope", "the resource is about the token's own patient"),
)

TABLE: tuple[Check, ...] = (
    *REGISTRATION,
    *AUTHORIZATION,
    *TOKEN_REQUEST,
    *CLIENT_AUTHENTICATION,
    *CODE,
    *REFRESH,
    *BACKEND,
    *INTROSPECTION,
    *TOKEN_USE,
)

CHECKS: dict[str, Check] = {check.id: check for check in TABLE}
