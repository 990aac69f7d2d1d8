"""The EHRs' side of the product: the launch room's parts behind the port `Ehr`."""

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

import requests

from app.capability_book import CapabilityBook
from app.permissions import HeldBack, OwnerPermission, Permission
from app.ports import Clock, Entered, Owner, OwnerChart, SystemChart
from app.sites import ClinicSite
from fhir.capability import Capabilities
from fhir.client import TIMEOUT, FhirClient
from launch.authorize import AuthorizationRequest, begin_launch
from launch.backend import BackendKeeper
from launch.context import context_from
from launch.discovery import Discovery, SmartConfiguration
from launch.errors import LaunchError, RefreshRefused
from launch.exchange import TokenAnswer, TokenDesk
from launch.id_token import validate_id_token
from launch.inspection import granted_scope, revoke
from launch.ports import ClientKeys, PendingLaunch, StateStore, TokenSet, TokenVault
from launch.refresh import TokenKeeper
from launch.scopes import GrantedScopes
from launch.sites import Site, SiteBook
from launch.style import EhrStyle, StyleBook
from launch.vendors.registry import profile_of


class LaunchStates(StateStore, Protocol):
    """Launches on their way, which an error page may look at without ending them."""

    def peek(self, state: str) -> PendingLaunch | None:
        """The launch, whoever asks, without taking it."""
        ...


class SessionVault(TokenVault, Protocol):
    """The tokens of sessions, which can also be asked for by their owner."""

    def sessions_of(self, owner: Owner) -> tuple[str, ...]:
        """The person's sessions at this EHR, over or not, whose tokens may still do; the newest first."""
        ...

    def set_aside(self, session_id: str, access_token: str) -> None:
        """The EHR refuses these tokens for good, unless others were saved meanwhile."""
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
    backend: BackendKeeper
    states: LaunchStates
    vault: SessionVault
    keys: ClientKeys
    http: requests.Session
    clock: Clock
    wall: Clock
    random: SystemRandom
    book: CapabilityBook
    styles: StyleBook

    def authorize(
        self, site: ClinicSite, *, iss: str, launch: str | None, browser: str
    ) -> AuthorizationRequest:
        """What the browser, by its hash, brings there. Without `launch` the person picks the patient."""
        pending, asked = begin_launch(
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
        return asked

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
        answer = self._with_scope(answer, site, config, now)
        context = context_from(answer, claims, pending, profile_of(site.vendor))
        return Entered(site.name, context, answer.tokens)

    def _with_scope(
        self, answer: TokenAnswer, site: Site, config: SmartConfiguration, now: datetime
    ) -> TokenAnswer:
        """An answer that told no scope may stand for less than was asked: the EHR is asked, if it can be."""
        if answer.values.get("scope"):
            return answer
        try:
            scope = granted_scope(self.desk, site, config, answer.tokens, now)
        except LaunchError:
            return answer
        return replace(answer, tokens=replace(answer.tokens, scope=scope)) if scope else answer

    def revoke(self, tokens: TokenSet) -> bool:
        """Give tokens back that nobody needs. False: the EHR does not offer it, or refuses."""
        site = self.sites.by_name(tokens.site)
        config = self.discovery.smart_configuration(tokens.iss)
        return revoke(self.desk, site, config, tokens, self.clock.now())

    def take(self, state: str, browser: str) -> PendingLaunch:
        """Spend an answer that brought no code: which launch it ends."""
        return self.states.take(state, browser)

    def peek(self, state: str) -> PendingLaunch | None:
        """Which launch an answer would end. Spends nothing."""
        return self.states.peek(state)

    def issuers_of(self, pending: PendingLaunch) -> frozenset[str]:
        """The FHIR base, and the issuer that its configuration names: few EHRs say which one they send."""
        named = self.discovery.smart_configuration(pending.iss).issuer
        return frozenset({pending.iss, *([named] if named else [])})

    def chart_of(self, entered: Entered) -> FhirClient:
        """The chart, before there is a session."""
        return FhirClient(entered.tokens.iss, lambda: entered.tokens.access_token, self.http)

    def chart(self, session_id: str, patience: float | None = None) -> FhirClient:
        """The chart of a session; `patience`: seconds that one answer may take."""
        return self.own_chart(session_id, patience).chart

    def own_chart(self, session_id: str, patience: float | None = None) -> OwnerChart:
        """The chart of a session, and what its person lets us do there."""
        tokens = self.vault.load(session_id)
        if tokens is None:
            raise RefreshRefused
        permission = Permission(self.keeper, session_id, tokens.access_token)
        chart = FhirClient(
            tokens.iss,
            permission.bearer,
            self.http,
            timeout=(min(TIMEOUT[0], patience), patience) if patience else TIMEOUT,
            reauthorize=permission.renewed,
        )
        return OwnerChart(chart, GrantedScopes.parse(tokens.scope))

    def system_chart(self, site_name: str, before: Callable[[], None] | None = None) -> SystemChart | None:
        """The chart in our own name; None where the site has no back end of ours."""
        tokens = self.backend.tokens(site_name)
        if tokens is None:
            return None
        permission = HeldBack(self.backend, site_name, tokens.access_token, before)
        return SystemChart(self._opened(tokens, permission), GrantedScopes.parse(tokens.scope))

    def owner_chart(self, site_name: str, staff_id: str) -> OwnerChart | None:
        """The chart by the newest tokens of this person that are still good. None: they have to sign in."""
        for session_id in self.vault.sessions_of(Owner(site_name, staff_id)):
            tokens = self._good_tokens(session_id)
            if tokens is not None:
                permission = OwnerPermission(self.keeper, self.vault, session_id, tokens.access_token)
                return OwnerChart(self._opened(tokens, permission), GrantedScopes.parse(tokens.scope))
        return None

    def _good_tokens(self, session_id: str) -> TokenSet | None:
        """A session's tokens, renewed if need be. Raises what may pass: an EHR that is away, a lease held."""
        tokens = self.vault.load(session_id)
        if tokens is None:
            return None
        try:
            self.keeper.access_token(session_id)
        except RefreshRefused:
            self.vault.set_aside(session_id, tokens.access_token)
            return None
        return self.vault.load(session_id)

    def _opened(self, tokens: TokenSet, permission: Permission) -> FhirClient:
        return FhirClient(tokens.iss, permission.bearer, self.http, reauthorize=permission.renewed)

    def capabilities(self, chart: FhirClient) -> Capabilities:
        """What the chart's server says that it can do; asked for once an hour."""
        return self.book.of(chart)

    def style(self, entered: Entered) -> EhrStyle | None:
        """How the EHR looks, where its launch says so and it can be had within a moment."""
        url = entered.context.smart_style_url
        if url is None:
            return None
        iss = entered.tokens.iss
        with suppress(LaunchError):
            return self.styles.of(url, iss, self.discovery.smart_configuration(iss))
        return None

    def prove(
        self, who: Site, token_endpoint: str, form: Mapping[str, str]
    ) -> tuple[dict[str, str], dict[str, str]]:
        """The form and the headers of a token request that is ours, as in a launch. Sends nothing."""
        return self.desk.credentials.sign(who, token_endpoint, form, self.clock.now())

    def signing_kid(self) -> str | None:
        """The name of the key that signs now; None where there is no key."""
        if not self.keys.public_jwks().get("keys"):
            return None
        return self.keys.signing_key().kid

    def public_jwks(self) -> Mapping[str, object]:
        """Our public keys, as EHRs fetch them."""
        return self.keys.public_jwks()
