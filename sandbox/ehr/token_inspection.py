"""Token introspection (RFC 7662) and revocation (RFC 7009)."""

from typing import Any

from sandbox.ehr.authority import Authority
from sandbox.ehr.checks import refusal
from sandbox.ehr.client_auth import authenticated
from sandbox.ehr.forms import Form
from sandbox.ehr.grants import Grant
from sandbox.ehr.id_tokens import subject_of


def introspect(authority: Authority, form: Form) -> dict[str, Any]:
    """What is known of a token, to the client that it was issued to. Raises Refused."""
    _refuse_unreadable(form)
    client = authenticated(authority, form)
    value = form.get("token")
    if not value:
        raise refusal("introspect-token")
    with authority.grants.lock:
        token = authority.grants.access.get(value)
        if token is None or token.expires <= authority.now:
            return {"active": False}
        grant = authority.grants.grants[token.grant]
    if grant.client_id != client.client_id:
        raise refusal("introspect-client")
    return {
        "active": True,
        "scope": " ".join(token.scopes),
        "client_id": grant.client_id,
        "exp": int(token.expires),
        "token_type": "Bearer",
        **_person(authority, grant),
    }


def revoke(authority: Authority, form: Form) -> None:
    """The token is good no more; a refresh token takes its access tokens along. Raises Refused."""
    _refuse_unreadable(form)
    client = authenticated(authority, form)
    value = form.get("token")
    if not value:
        raise refusal("revoke-token")
    grants = authority.grants
    with grants.lock:
        token = grants.refresh.get(value) or grants.access.get(value)
        if token is None or grants.grants[token.grant].client_id != client.client_id:
            return
        if value in grants.refresh:
            grants.revoke(token.grant)
        else:
            del grants.access[value]


def _refuse_unreadable(form: Form) -> None:
    if not form.is_form:
        raise refusal("token-form")
    if form.repeated:
        raise refusal("token-twice")


def _person(authority: Authority, grant: Grant) -> dict[str, Any]:
    context = grant.context
    if context is None:
        return {}
    known: dict[str, Any] = {
        "sub": subject_of(context.user),
        "iss": authority.config.issuer,
        "fhirUser": f"{_base(authority, context.user)}/{context.user}",
    }
    shared = {name: getattr(context, name) for name in ("patient", "encounter", "intent")}
    return known | {name: value for name, value in shared.items() if value}


def _base(authority: Authority, user: str) -> str:
    return f"{authority.config.base_url}{authority.flavour.door_of(user).fhir}"
