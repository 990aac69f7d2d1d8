"""An authorization request, checked. https://hl7.org/fhir/smart-app-launch/STU2.2/app-launch.html#request-4"""

import re
from dataclasses import dataclass

from sandbox.ehr.authority import Authority
from sandbox.ehr.checks import Refused, ReturnAddress, refusal
from sandbox.ehr.clients import Client
from sandbox.ehr.config import LAUNCH_SECONDS
from sandbox.ehr.flavours.flavour import Door
from sandbox.ehr.forms import Form
from sandbox.ehr.scopes import MalformedScope, grant

# 122 bits in base64url.
SHORTEST_STATE = 21
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class AuthorizationRequest:
    """What a client asks a person for, all of it in order; ``scopes`` are those it can be granted."""

    client_id: str
    redirect_uri: str
    state: str
    scopes: tuple[str, ...]
    challenge: str
    nonce: str | None
    launch: str | None
    aud: str

    @property
    def back(self) -> ReturnAddress:
        """Where the answer goes."""
        return ReturnAddress(self.redirect_uri, self.state)


def read_request(authority: Authority, form: Form, door: Door) -> AuthorizationRequest:
    """The request, every check of it passed. Raises Refused, with the way back where OAuth allows one."""
    if not form.is_form:
        raise refusal("authorize-form")
    client = authority.clients.get(form.get("client_id"))
    if client is None or "client_id" in form.repeated:
        raise refusal("authorize-client")
    if form.get("redirect_uri") not in client.redirect_uris or "redirect_uri" in form.repeated:
        raise refusal("authorize-redirect-uri")
    try:
        return _checked(authority, client, form, f"{authority.config.base_url}{door.fhir}")
    except Refused as refused:
        state = None if "state" in form.repeated else form.get("state") or None
        raise Refused(refused.check, ReturnAddress(form.get("redirect_uri"), state)) from None


def _checked(authority: Authority, client: Client, form: Form, base: str) -> AuthorizationRequest:
    if form.repeated:
        raise refusal("authorize-twice")
    _check_type_and_state(form)
    _check_audience(form, base)
    _check_challenge(form)
    scopes = _granted(authority, client, form)
    return AuthorizationRequest(
        client_id=client.client_id,
        redirect_uri=form.get("redirect_uri"),
        state=form.get("state"),
        scopes=scopes,
        challenge=form.get("code_challenge"),
        nonce=form.get("nonce") or None,
        launch=_launch(authority, form),
        aud=base,
    )


def _check_type_and_state(form: Form) -> None:
    if not form.get("response_type"):
        raise refusal("authorize-type-missing")
    if form.get("response_type") != "code":
        raise refusal("authorize-type")
    if not form.get("state"):
        raise refusal("authorize-state")
    if len(form.get("state")) < SHORTEST_STATE:
        raise refusal("authorize-state-short")
    if "max_age" in form.values:
        raise refusal("authorize-max-age")


def _check_audience(form: Form, base: str) -> None:
    if not form.get("aud"):
        raise refusal("authorize-aud-missing")
    if form.get("aud") != base:
        raise refusal("authorize-aud")


def _check_challenge(form: Form) -> None:
    if not form.get("code_challenge"):
        raise refusal("authorize-challenge-missing")
    if not form.get("code_challenge_method"):
        raise refusal("authorize-method-missing")
    if form.get("code_challenge_method") != "S256":
        raise refusal("authorize-method")
    if not _CHALLENGE.fullmatch(form.get("code_challenge")):
        raise refusal("authorize-challenge")


def _granted(authority: Authority, client: Client, form: Form) -> tuple[str, ...]:
    asked = form.get("scope").split()
    if not asked:
        raise refusal("authorize-scope-missing")
    try:
        granted = grant(asked, client.scopes)
    except MalformedScope:
        raise refusal("authorize-scope-malformed") from None
    if not granted:
        raise refusal("authorize-scope-none")
    return authority.flavour.granted(client, asked, granted)


def _launch(authority: Authority, form: Form) -> str | None:
    """The launch code, spent as the switch says; None for a standalone launch."""
    value = form.get("launch")
    wanted = "launch" in form.get("scope").split()
    if wanted and not value:
        raise refusal("authorize-launch-missing")
    if not value:
        return None
    if not wanted:
        raise refusal("authorize-launch-scope")
    with authority.grants.lock:
        launch = authority.grants.launches.get(value)
        if launch is None:
            raise refusal("authorize-launch-unknown")
        if authority.now > launch.issued + LAUNCH_SECONDS:
            raise refusal("authorize-launch-expired")
        if launch.used and authority.switches.on("refuse_launch_reuse"):
            raise refusal("authorize-launch-used")
        authority.grants.use_launch(value)
    return value
