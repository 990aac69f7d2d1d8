"""What can go wrong between the click in the EHR and the first read. Messages hold no value from outside."""

import re
from urllib.parse import urlsplit

OAUTH_CODE = re.compile(r"[a-z_]{1,40}")


class LaunchError(Exception):
    """The base of this room's errors."""

    retryable = False


class UnknownIssuer(LaunchError):
    """No site names this `iss`: nothing was fetched from it."""


class EhrUnreachable(LaunchError):
    """The EHR cannot be reached, or answers with a fault of its own."""

    retryable = True


class EhrSlow(LaunchError):
    """The EHR did not answer in time."""

    retryable = True


class DiscoveryIncomplete(LaunchError):
    """The EHR's SMART configuration lacks what a launch needs. `missing` names it."""

    def __init__(self, missing: str) -> None:
        super().__init__(missing)
        self.missing = missing


class AccessDenied(LaunchError):
    """The EHR, or the person in it, said no."""


class AuthorizationRefused(LaunchError):
    """The EHR refused the authorization request. `error` is its OAuth code, `error_uri` its help page.

    Whoever sends the browser to us writes both: a code that looks like none becomes "other", and a page that
    is not on the web is dropped.
    """

    def __init__(self, error: str, error_uri: str | None = None) -> None:
        super().__init__("refused")
        self.error = error if OAUTH_CODE.fullmatch(error) else "other"
        self.error_uri = error_uri if error_uri and _is_on_the_web(error_uri) else None


class StateUnknown(LaunchError):
    """The answer belongs to no launch of ours."""


class StateUsed(LaunchError):
    """The answer was used already: a second click, a reload, the back button."""


class StateExpired(LaunchError):
    """The answer came too late."""


class StateOfAnotherBrowser(LaunchError):
    """The launch began in another browser, or this one keeps no cookie of ours."""


class CodeRefused(LaunchError):
    """The EHR's token endpoint refused the code."""


class ClientRefused(LaunchError):
    """The EHR does not know us under this client id, or does not believe our credentials."""


class TokenAnswerMalformed(LaunchError):
    """The token endpoint's answer lacks what a token needs."""


class IdTokenFault(LaunchError):
    """The base of what can be wrong with an id_token."""


class IdTokenMissing(IdTokenFault):
    """`openid` was granted, but no id_token came."""


class IdTokenMalformed(IdTokenFault):
    """The id_token is no signed JWT with the claims that it must have."""


class IdTokenSignatureBad(IdTokenFault):
    """The id_token's signature does not verify."""


class IdTokenKeyUnknown(IdTokenFault):
    """The EHR publishes no key by which the id_token could be verified."""


class IdTokenIssuerWrong(IdTokenFault):
    """The id_token is from another issuer than the EHR's discovery names."""


class IdTokenAudienceWrong(IdTokenFault):
    """The id_token is meant for another app."""


class IdTokenExpired(IdTokenFault):
    """The id_token is not valid at this time: a clock may be wrong."""


class IdTokenNonceWrong(IdTokenFault):
    """The id_token belongs to another launch."""


class FhirUserMissing(LaunchError):
    """The EHR does not say who the person is."""


class FhirUserIsPatient(LaunchError):
    """The person is a patient or acts for one, and which visit is theirs cannot be told.

    `user` is their proved reference, such as "Patient/…", so that they can be led to their own links.
    """

    def __init__(self, user: str) -> None:
        super().__init__("a patient or a proxy")
        self.user = user


class PatientNotInContext(LaunchError):
    """A patient was asked for, and none came."""


class ScopesTooFew(LaunchError):
    """What was granted does not let us read the visit. `missing` names the resources."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


class RefreshRefused(LaunchError):
    """The EHR gives no new token: the person has to launch again."""


class BackendScopesRefused(LaunchError):
    """The EHR grants our back end none of what was asked for."""


class BackendRefused(LaunchError):
    """The EHR gives our back end no token, and the reason is neither who we are nor what we asked for."""


def _is_on_the_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
