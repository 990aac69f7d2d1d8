"""The EHRs' side of the product: the launch room's parts behind the port `Ehr`."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

import requests

from app.ports import Clock, Entered
from app.sites import ClinicSite
from fhir.client import TIMEOUT, FhirClient
from launch.authorize import begin_launch
from launch.context import context_from
from launch.discovery import Discovery
from launch.errors import RefreshRefused
from launch.exchange import TokenDesk
from launch.id_token import validate_id_token
from launch.ports import ClientKeys, PendingLaunch, StateStore, TokenVault
from launch.refresh import TokenKeeper
from launch.sites import SiteBook
from launch.vendors.registry import profile_of


class LaunchStates(StateStore, Protocol):
    """Launches on their way, which an error page may look at without ending them."""

    def peek(self, state: str) -> PendingLaunch | None:
        """The launch, whoever asks, without taking it."""
        ...


class SystemRandom:
    """The launch room's Randomness."""

    def token(self, nbytes: int) -> str:
        """That many random bytes, fit for a URL."""
        return secrets.token_urlsafe(nbytes)


@dataclass(frozen=True)
class SmartEhr:
    """SMART App Launch. `clock` is the EHR's time, which tokens are checked by; `wall` is ours."""

    base_url: str
    sites: SiteBook
    discovery: Discovery
    desk: TokenDesk
    keeper: TokenKeeper
    states: LaunchStates
    vault: TokenVault
    keys: ClientKeys
    http: requests.Session
    clock: Clock
    wall: Clock
    random: SystemRandom

    def authorize(self, site: ClinicSite, *, iss: str, launch: str | None, browser: str) -> str:
        """Where to send the browser, by its hash. Without `launch` the person picks the patient there."""
        pending, url = begin_launch(
            site.launch,
            self.discovery.smart_configuration(iss),
            iss=iss,
            launch=launch,
            redirect_uri=f"{self.base_url}{site.callback_path}",
            browser=browser,
            now=self.wall.now(),
            random=self.random,
        )
        self.states.put(pending)
        return url

    def enter(self, state: str, code: str, browser: str) -> Entered:
        """Spend the EHR's answer."""
        pending = self.states.take(state, browser)
        site = self.sites.by_name(pending.site)
        config = self.discovery.smart_configuration(pending.iss)
        now = self.clock.now()
        answer = self.desk.exchange_code(site, config, pending, code, now)
        claims = (
            validate_id_token(
                answer.id_token, site=site, config=config, pending=pending, discovery=self.discovery, now=now
            )
            if answer.id_token
            else None
        )
        context = context_from(answer, claims, pending, profile_of(site.vendor))
        return Entered(site.name, context, answer.tokens)

    def take(self, state: str, browser: str) -> PendingLaunch:
        """Spend an answer that brought no code: which launch it ends."""
        return self.states.take(state, browser)

    def peek(self, state: str) -> PendingLaunch | None:
        """Which launch an answer would end. Spends nothing."""
        return self.states.peek(state)

    def chart_of(self, entered: Entered) -> FhirClient:
        """The chart, before there is a session."""
        return FhirClient(entered.tokens.iss, lambda: entered.tokens.access_token, self.http)

    def chart(self, session_id: str, patience: float | None = None) -> FhirClient:
        """The chart of a session; `patience`: seconds that one answer may take."""
        tokens = self.vault.load(session_id)
        if tokens is None:
            raise RefreshRefused
        permission = Permission(self.keeper, session_id, tokens.access_token)
        return FhirClient(
            tokens.iss,
            permission.bearer,
            self.http,
            timeout=(min(TIMEOUT[0], patience), patience) if patience else TIMEOUT,
            reauthorize=permission.renewed,
        )

    def public_jwks(self) -> Mapping[str, object]:
        """Our public keys, as EHRs fetch them."""
        return self.keys.public_jwks()


class Permission:
    """A session's token, over one use of the chart."""

    def __init__(self, keeper: TokenKeeper, session_id: str, token: str) -> None:
        self._keeper = keeper
        self._session_id = session_id
        self._token = token

    def bearer(self) -> str:
        """A token in force; or the last one if no new one is given: the EHR says whether it is over."""
        with suppress(RefreshRefused):
            self._token = self._keeper.access_token(self._session_id)
        return self._token

    def renewed(self) -> str:
        """Another token than the one that was refused. Raises RefreshRefused."""
        self._token = self._keeper.renewed_token(self._session_id, self._token)
        return self._token
