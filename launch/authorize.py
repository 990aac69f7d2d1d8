"""The authorization request. https://hl7.org/fhir/smart-app-launch/app-launch.html#obtain-authorization-code"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from launch.discovery import SmartConfiguration
from launch.ports import PendingLaunch, Randomness
from launch.sites import Site

STATE_BYTES = 32
VERIFIER_BYTES = 48
ANSWER_WITHIN = timedelta(minutes=10)
EHR_LAUNCH = "launch"
STANDALONE = "launch/patient"
BY_POST = "authorize-post"
# Beyond it, what stands between browser and EHR may cut an address off.
LONGEST_URL = 2000


@dataclass(frozen=True)
class AuthorizationRequest:
    """What the browser brings to the EHR's authorization page: an address to open, or a form to send."""

    endpoint: str
    parameters: Mapping[str, str] = field(repr=False)
    by_post: bool = False

    @property
    def url(self) -> str:
        """All of it as one address."""
        return str(prepare_grant_uri(self.endpoint, **self.parameters))


def begin_launch(
    site: Site,
    config: SmartConfiguration,
    *,
    iss: str,
    launch: str | None,
    redirect_uri: str,
    browser: str,
    now: datetime,
    random: Randomness,
) -> tuple[PendingLaunch, AuthorizationRequest]:
    """What to keep until the answer comes, and what the browser brings there. `launch` None: standalone.

    PKCE, `state` and `aud` are sent always, also to servers that do not advertise them.
    """
    pending = PendingLaunch(
        state=random.token(STATE_BYTES),
        site=site.name,
        iss=iss,
        launch=launch,
        redirect_uri=redirect_uri,
        code_verifier=random.token(VERIFIER_BYTES),
        nonce=random.token(STATE_BYTES) if site.nonce and "openid" in site.scopes else None,
        scopes=scopes_for(site, launch),
        browser=browser,
        created_at=now,
        expires_at=now + ANSWER_WITHIN,
    )
    return pending, authorization_request(site, config, pending)


def scopes_for(site: Site, launch: str | None) -> tuple[str, ...]:
    """`launch` in an EHR launch always; a standalone launch asks for a patient instead."""
    rest = tuple(scope for scope in site.scopes if scope != EHR_LAUNCH)
    if launch is not None:
        return (EHR_LAUNCH, *rest)
    return rest if STANDALONE in rest else (STANDALONE, *rest)


def authorization_request(
    site: Site, config: SmartConfiguration, pending: PendingLaunch
) -> AuthorizationRequest:
    """The request of this launch.

    A form where the EHR takes one and the address would be long, or where the site wants one always. Never
    for a standalone launch, which is short: Epic takes forms from its own launches only.
    """
    asked = AuthorizationRequest(config.authorization_endpoint, _parameters(site, pending))
    is_offered = BY_POST in config.capabilities and pending.launch is not None
    if is_offered and (site.post_authorize or len(asked.url) > LONGEST_URL):
        return replace(asked, by_post=True)
    return asked


def _parameters(site: Site, pending: PendingLaunch) -> Mapping[str, str]:
    optional = {"launch": pending.launch, "nonce": pending.nonce}
    return {
        "client_id": site.client_id,
        "response_type": "code",
        "redirect_uri": pending.redirect_uri,
        "scope": " ".join(pending.scopes),
        "state": pending.state,
        "aud": pending.iss,
        "code_challenge": create_s256_code_challenge(pending.code_verifier),
        "code_challenge_method": "S256",
        **{name: value for name, value in optional.items() if value is not None},
    }
