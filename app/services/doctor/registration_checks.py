"""Whether the EHR knows us: client id, redirect URI, keys and credentials, as registered there."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote_plus, unquote_plus

import requests
from flask_babel import lazy_gettext as _l

from app.services.doctor.calls import Heard
from app.services.doctor.findings import Finding, broken, fine, unknown
from app.services.doctor.look import Look

REFUSED_CLIENT = ("invalid_client", "unauthorized_client")


def check_client(look: Look) -> Finding:
    """Whether the EHR knows the client id at all."""
    check, client_id = "client", look.site.client_id
    if _came_back(look) or not (_is_refused(look.token_answer) or _cannot_be_told(look)):
        return fine(check, _l("The EHR knows the client id."), client_id)
    if _turned_away(look):
        says = _l(
            "The EHR does not know this client id: test and production are mixed up,"
            " or it was registered just now."
        )
        return broken(check, says, _MIXED_UP, client_id, look.iss)
    return unknown(
        check, _l("Whether the EHR knows the client id shows only when somebody signs in."), None, client_id
    )


def check_redirect(look: Look) -> Finding:
    """Whether the redirect URI is registered, letter by letter."""
    check, uri = "redirect-uri", look.case.redirect_uri
    if _came_back(look):
        return fine(check, _l("The redirect URI is registered."), uri)
    if not _turned_away(look):
        return unknown(
            check, _l("Whether the redirect URI is registered shows only when somebody signs in."), None, uri
        )
    says = _l(
        "The EHR does not send anybody back to our redirect URI: it is not registered as it is written here."
    )
    return broken(
        check, says, _l("Register exactly this address, with its path and without a slash at the end."), uri
    )


def check_own_keys(look: Look) -> Finding:
    """Whether our public keys can be fetched where EHRs look for them, and are those that sign."""
    check, ours = "own-keys", look.case.signing_kid
    if look.site.client_kind != "private_key_jwt" and look.site.backend is None:
        return fine(check, _l("No key of ours is needed."))
    address = f"{look.case.base_url}/.well-known/jwks.json"
    if not look.own_keys.is_good:
        says = _l("Our own keys cannot be fetched at our public address.")
        return broken(check, says, _l("Start the app, and let the EHR reach this address."), address)
    kids = {str(key.get("kid")) for key in _keys(look.own_keys)}
    if ours not in kids:
        says = _l("The keys at our public address lack the one that signs, %(kid)s.", kid=ours)
        return broken(
            check, says, _l("Look for a proxy that keeps an old copy, or another deployment."), address
        )
    return fine(check, _l("Our keys are published."), address, *sorted(kids))


def check_credentials(look: Look) -> Finding:
    """Whether the EHR believes us that we are this client."""
    check, heard, kind = "credentials", look.token_answer, look.site.client_kind
    if heard.fault is not None or heard.status >= 500:
        return unknown(check, _l("The EHR's token endpoint does not answer."))
    if not _is_refused(heard):
        return fine(check, _l("The EHR believes our credentials."), kind)
    facts = (look.site.client_id, kind, heard.text("error") or str(heard.status))
    if kind == "client_secret_basic":
        return _secret(look, facts)
    if kind == "private_key_jwt":
        says = _l(
            "The EHR does not accept our signature: it does not have the key %(kid)s.",
            kid=look.case.signing_kid,
        )
        return broken(check, says, _KEY, f"{look.case.base_url}/.well-known/jwks.json", *facts)
    says = _l("The EHR refuses this app as a public client.")
    return broken(check, says, _l("Compare client_kind in the site's file with the registration."), *facts)


_MIXED_UP = _l(
    "Compare client_id and iss: EHRs give one client id for test systems and another for production."
    " A new registration may take an hour to arrive."
)
_KEY = _l(
    "Register our JWKS URL at the EHR, not a copy of the keys;"
    " after a change give the EHR time to fetch them."
)
_SECRET = _l("Set the secret anew at the EHR and in the environment; watch out for spaces at its ends.")
_PLAIN_SECRET = _l("Take a secret of letters, digits, hyphens and dots: it is the same in both spellings.")


def _secret(look: Look, facts: tuple[str, ...]) -> Finding:
    """Servers disagree whether id and secret are URL-encoded before they are joined (RFC 6749, 2.3.1)."""
    if _is_believed(look, quote_plus):
        says = _l(
            "The EHR wants Basic credentials URL-encoded, and the secret holds signs that this changes."
        )
        return broken("credentials", says, _PLAIN_SECRET, *facts)
    if _is_believed(look, unquote_plus):
        says = _l("The secret in the environment is URL-encoded, and the EHR wants it as it was given.")
        return broken("credentials", says, _PLAIN_SECRET, *facts)
    return broken("credentials", _l("The EHR refuses the client secret."), _SECRET, *facts)


def _is_believed(look: Look, spelled: Callable[[str], str]) -> bool:
    """Whether the same secret in another spelling is taken; asked only where it differs."""
    site = look.site
    other = replace(
        site,
        client_id=spelled(site.client_id),
        client_secret=spelled(site.client_secret or ""),
    )
    return other != site and not _is_refused(look.ask_for_token(other))


def _is_refused(heard: Heard) -> bool:
    return heard.status == requests.codes.unauthorized or heard.text("error") in REFUSED_CLIENT


def _came_back(look: Look) -> bool:
    heard = look.asked_to_come_back
    return 300 <= heard.status < 400 and heard.headers.get("Location", "").startswith(look.case.redirect_uri)


def _turned_away(look: Look) -> bool:
    return 400 <= look.asked_to_come_back.status < 500


def _cannot_be_told(look: Look) -> bool:
    """A token endpoint that says the same to nobody looks at the code first."""
    return (
        look.site.client_kind == "public"
        and _turned_away(look)
        and look.answer_to_nobody.text("error") == look.token_answer.text("error")
    )


def _keys(heard: Heard) -> list[dict[str, object]]:
    keys = heard.said.get("keys")
    return [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []
