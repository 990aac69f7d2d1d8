"""All that is asked of a token endpoint.

https://hl7.org/fhir/smart-app-launch/app-launch.html#obtain-access-token
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import requests

from launch.credentials import Credentials
from launch.discovery import SmartConfiguration
from launch.errors import (
    BackendRefused,
    BackendScopesRefused,
    ClientRefused,
    CodeRefused,
    EhrSlow,
    EhrUnreachable,
    LaunchError,
    RefreshRefused,
    TokenAnswerMalformed,
)
from launch.ports import PendingLaunch, TokenSet
from launch.sites import Site

TIMEOUT = (3.05, 10.0)
# What a token lives if the EHR does not say: short, so that we ask again rather than fail.
LIFE_UNTOLD = timedelta(minutes=5)
LONGEST_LIFE = 10**6  # seconds; SMART asks for an hour at most
OUR_FAULT = {"invalid_client", "unauthorized_client"}
Json = Mapping[str, object]


@dataclass(frozen=True)
class TokenAnswer:
    """A token endpoint's answer: the token, and everything that came with it."""

    tokens: TokenSet
    id_token: str | None = field(repr=False)
    values: Json = field(repr=False)


@dataclass(frozen=True)
class TokenDesk:
    """Asks token endpoints. `session` follows no redirect; every request has a timeout."""

    session: requests.Session
    credentials: Credentials
    timeout: tuple[float, float] = TIMEOUT

    def exchange_code(
        self, site: Site, config: SmartConfiguration, pending: PendingLaunch, code: str, now: datetime
    ) -> TokenAnswer:
        """Spend the code.

        Raises CodeRefused, ClientRefused, TokenAnswerMalformed, EhrSlow or EhrUnreachable.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": pending.redirect_uri,
            "code_verifier": pending.code_verifier,
        }
        status, raw = self.post(site, config, config.token_endpoint, form, now)
        if status != requests.codes.ok:
            raise ClientRefused if _is_our_fault(status, raw) else CodeRefused
        # A server that grants exactly what was asked may leave `scope` out.
        return _answer(raw, site.name, pending.iss, None, " ".join(pending.scopes), now)

    def refresh(self, site: Site, config: SmartConfiguration, tokens: TokenSet, now: datetime) -> TokenSet:
        """New tokens for old ones. The old refresh token stays where no new one comes (Oracle Health).

        Raises RefreshRefused, ClientRefused, TokenAnswerMalformed, EhrSlow or EhrUnreachable.
        """
        if tokens.refresh_token is None:
            raise RefreshRefused
        form = {"grant_type": "refresh_token", "refresh_token": tokens.refresh_token}
        status, raw = self.post(site, config, config.token_endpoint, form, now)
        if status != requests.codes.ok:
            raise ClientRefused if _is_our_fault(status, raw) else RefreshRefused
        return _answer(raw, tokens.site, tokens.iss, tokens.refresh_token, tokens.scope, now).tokens

    def ask_for_backend(self, backend: Site, config: SmartConfiguration, iss: str, now: datetime) -> TokenSet:
        """A token without a person; a refresh token that comes along is dropped, since there must be none.

        Raises BackendScopesRefused, BackendRefused, ClientRefused, TokenAnswerMalformed, EhrSlow or
        EhrUnreachable.
        https://hl7.org/fhir/smart-app-launch/backend-services.html#obtain-access-token
        """
        scope = " ".join(backend.scopes)
        form = {"grant_type": "client_credentials", "scope": scope}
        status, raw = self.post(backend, config, config.token_endpoint, form, now)
        if status != requests.codes.ok:
            raise _backend_refusal(status, raw)
        return replace(_answer(raw, backend.name, iss, None, scope, now).tokens, refresh_token=None)

    def post(
        self, site: Site, config: SmartConfiguration, url: str, form: Mapping[str, str], now: datetime
    ) -> tuple[int, Json]:
        """Ask this endpoint of the site's as its client; the status, and the JSON object or nothing.

        Raises EhrSlow or EhrUnreachable.
        """
        # Whichever endpoint it goes to, an assertion is meant for the server, which its token URL names.
        data, headers = self.credentials.sign(site, config.token_endpoint, form, now)
        try:
            answer = self.session.post(
                url,
                data=data,
                headers={**headers, "Accept": "application/json"},
                timeout=self.timeout,
                allow_redirects=False,
            )
        except requests.Timeout:
            raise EhrSlow from None
        except requests.RequestException:
            raise EhrUnreachable from None
        if answer.status_code >= 500 or answer.status_code == requests.codes.too_many_requests:
            raise EhrUnreachable
        try:
            raw = answer.json()
        except (ValueError, RecursionError):
            raw = {}
        return answer.status_code, raw if isinstance(raw, dict) else {}


def _is_our_fault(status: int, raw: Json) -> bool:
    return status == requests.codes.unauthorized or _says(raw, "error") in OUR_FAULT


def _backend_refusal(status: int, raw: Json) -> LaunchError:
    if _is_our_fault(status, raw):
        return ClientRefused()
    return BackendScopesRefused() if _says(raw, "error") == "invalid_scope" else BackendRefused()


def _answer(
    raw: Json, site: str, iss: str, refresh_token: str | None, scope: str, now: datetime
) -> TokenAnswer:
    access_token, kind = _says(raw, "access_token"), _says(raw, "token_type")
    if access_token is None or not _fits_a_header(access_token) or (kind or "").lower() != "bearer":
        raise TokenAnswerMalformed
    tokens = TokenSet(
        site=site,
        iss=iss,
        access_token=access_token,
        refresh_token=_says(raw, "refresh_token") or refresh_token,
        scope=_says(raw, "scope") or scope,
        expires_at=now + _life(raw),
    )
    return TokenAnswer(tokens, _says(raw, "id_token"), raw)


def _says(raw: Json, name: str) -> str | None:
    value = raw.get(name)
    return value if isinstance(value, str) and value else None


def _fits_a_header(token: str) -> bool:
    return token.isascii() and token.isprintable() and " " not in token


def _life(raw: Json) -> timedelta:
    told = raw.get("expires_in")
    if isinstance(told, str) and told.isascii() and told.isdigit() and len(told) < 9:
        told = int(told)
    if isinstance(told, int | float) and not isinstance(told, bool) and 0 < told < LONGEST_LIFE:
        return timedelta(seconds=told)
    return LIFE_UNTOLD
