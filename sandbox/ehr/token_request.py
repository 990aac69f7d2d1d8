"""The token endpoint. https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html#obtain-access-token"""

import base64
import hashlib
import hmac
import re

from sandbox.ehr.authority import Authority
from sandbox.ehr.checks import refusal
from sandbox.ehr.client_auth import authenticated
from sandbox.ehr.clients import Client
from sandbox.ehr.config import CODE_SECONDS
from sandbox.ehr.forms import Form
from sandbox.ehr.grants import Code, Grant
from sandbox.ehr.scopes import MalformedScope, grant, parse_scope
from sandbox.ehr.token_answer import Answer, answer_backend, answer_person, id_token_for

_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def answer_token_request(authority: Authority, form: Form) -> Answer:
    """The token answer. Raises Refused."""
    if not form.is_form:
        raise refusal("token-form")
    if form.repeated:
        raise refusal("token-twice")
    if not form.get("grant_type"):
        raise refusal("token-grant-missing")
    grants = {
        "authorization_code": _exchange,
        "refresh_token": _refresh,
        "client_credentials": _backend,
    }
    if form.get("grant_type") not in grants:
        raise refusal("token-grant")
    client = authenticated(authority, form)
    if form.get("grant_type") not in client.grant_types:
        raise refusal("token-grant-client")
    with authority.grants.lock:
        return grants[form.get("grant_type")](authority, client, form)


def _exchange(authority: Authority, client: Client, form: Form) -> Answer:
    code = _code(authority, client, form)
    _check_repeated(code, form)
    authority.grants.spend_code(form.get("code"))
    given = authority.grants.grants[code.grant]
    refresh = None
    if authority.flavour.gives_refresh(given.scopes) and not authority.switches.on("no_refresh_token"):
        refresh = authority.grants.give_refresh(code.grant)
    answer = answer_person(authority, code.grant, given.scopes, refresh=refresh)
    return answer | id_token_for(authority, given)


def _code(authority: Authority, client: Client, form: Form) -> Code:
    if not form.get("code"):
        raise refusal("code-missing")
    code = authority.grants.codes.get(form.get("code"))
    if code is None or authority.switches.on("refuse_code"):
        raise refusal("code-unknown")
    if code.used:
        authority.grants.revoke(code.grant)
        raise refusal("code-used")
    if authority.grants.grants[code.grant].client_id != client.client_id:
        raise refusal("code-client")
    if authority.now > code.issued + CODE_SECONDS:
        raise refusal("code-expired")
    return code


def _check_repeated(code: Code, form: Form) -> None:
    if not form.get("redirect_uri"):
        raise refusal("code-redirect-uri-missing")
    if form.get("redirect_uri") != code.redirect_uri:
        raise refusal("code-redirect-uri")
    verifier = form.get("code_verifier")
    if not verifier:
        raise refusal("code-verifier-missing")
    if not _VERIFIER.fullmatch(verifier):
        raise refusal("code-verifier-malformed")
    digest = hashlib.sha256(verifier.encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    if not hmac.compare_digest(challenge, code.challenge):
        raise refusal("code-verifier")


def _refresh(authority: Authority, client: Client, form: Form) -> Answer:
    value = form.get("refresh_token")
    if not value:
        raise refusal("refresh-missing")
    token = authority.grants.refresh.get(value)
    if token is None or authority.switches.on("refuse_refresh"):
        raise refusal("refresh-unknown")
    given = authority.grants.grants[token.grant]
    if given.client_id != client.client_id:
        raise refusal("refresh-client")
    if token.spent:
        authority.grants.revoke(token.grant)
        raise refusal("refresh-spent")
    scopes = _narrowed(given, form)
    fresh = None
    if authority.switches.on("rotate_refresh"):
        authority.grants.spend_refresh(value)
        fresh = authority.grants.give_refresh(token.grant)
    return answer_person(authority, token.grant, scopes, refresh=fresh)


def _narrowed(given: Grant, form: Form) -> tuple[str, ...]:
    asked = form.get("scope").split()
    if not asked:
        return given.scopes
    try:
        within = grant(asked, given.scopes)
        whole = all(parse_scope(scope) in [parse_scope(one) for one in within] for scope in asked)
    except MalformedScope:
        whole = False
    if not whole:
        raise refusal("refresh-scope")
    return within


def _backend(authority: Authority, client: Client, form: Form) -> Answer:
    asked = form.get("scope").split()
    if not asked and authority.flavour.backend_needs_scope:
        raise refusal("backend-scope-missing")
    asked = asked or list(client.scopes)
    if not all(scope.startswith("system/") for scope in asked):
        raise refusal("backend-scope")
    try:
        scopes = grant(asked, client.scopes)
    except MalformedScope:
        raise refusal("backend-scope") from None
    if not scopes:
        raise refusal("backend-scope-none")
    scopes = authority.flavour.granted(client, asked, scopes)
    key = authority.grants.begin_backend(Grant(client.client_id, scopes, None))
    return answer_backend(authority, key, scopes)
