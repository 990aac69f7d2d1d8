"""The authorization request. https://hl7.org/fhir/smart-app-launch/app-launch.html#obtain-authorization-code"""

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
) -> tuple[PendingLaunch, str]:
    """What to keep until the answer comes, and where to send the browser. `launch` None: standalone.

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
    return pending, authorization_url(site, config, pending)


def scopes_for(site: Site, launch: str | None) -> tuple[str, ...]:
    """`launch` in an EHR launch always; a standalone launch asks for a patient instead."""
    rest = tuple(scope for scope in site.scopes if scope != EHR_LAUNCH)
    if launch is not None:
        return (EHR_LAUNCH, *rest)
    return rest if STANDALONE in rest else (STANDALONE, *rest)


def authorization_url(site: Site, config: SmartConfiguration, pending: PendingLaunch) -> str:
    """The URL of the EHR's authorization page for this launch."""
    optional = {"launch": pending.launch, "nonce": pending.nonce}
    return str(
        prepare_grant_uri(
            config.authorization_endpoint,
            client_id=site.client_id,
            response_type="code",
            redirect_uri=pending.redirect_uri,
            scope=" ".join(pending.scopes),
            state=pending.state,
            aud=pending.iss,
            code_challenge=create_s256_code_challenge(pending.code_verifier),
            code_challenge_method="S256",
            **{name: value for name, value in optional.items() if value is not None},
        )
    )
