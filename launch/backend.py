"""A token of our own, without a person, kept for all processes until it is about to end.

https://hl7.org/fhir/smart-app-launch/backend-services.html
"""

from dataclasses import dataclass

from launch.discovery import Discovery
from launch.errors import BackendRefused, LaunchError
from launch.exchange import TokenDesk
from launch.ports import BackendVault, Clock, Lock, TokenSet
from launch.refresh import RENEW_BEFORE
from launch.sites import Site, SiteBook


@dataclass(frozen=True)
class BackendKeeper:
    """Gives the token of our back end at each site that has registered one.

    Every method raises UnknownIssuer, BackendScopesRefused, BackendRefused, ClientRefused,
    TokenAnswerMalformed, DiscoveryIncomplete, EhrSlow or EhrUnreachable if no token is to be had.
    """

    sites: SiteBook
    discovery: Discovery
    desk: TokenDesk
    vault: BackendVault
    lock: Lock
    clock: Clock

    def tokens(self, site_name: str) -> TokenSet | None:
        """A token and its scopes, good for half a minute or for the rest of its life. None: no back end."""
        backend = self.sites.by_name(site_name).backend
        return self._current(backend) if backend else None

    def access_token(self, site_name: str) -> str:
        """The token alone. Raises BackendRefused if there is no back end."""
        return self._current(self._backend(site_name)).access_token

    def renewed_token(self, site_name: str, refused: str) -> str:
        """Another token than the refused one."""
        return self._renew(self._backend(site_name), refused).access_token

    def _current(self, backend: Site) -> TokenSet:
        now, kept = self.clock.now(), self._kept(backend)
        if kept is not None and now < kept.expires_at - RENEW_BEFORE:
            return kept
        try:
            return self._renew(backend, kept.access_token if kept else None)
        except LaunchError:
            if kept is not None and now < kept.expires_at:
                return kept
            raise

    def _renew(self, backend: Site, stale: str | None) -> TokenSet:
        with self.lock.held(f"backend:{backend.name}"):
            kept = self._kept(backend)
            # Somebody got another one while we waited.
            if kept is not None and kept.access_token != stale:
                return kept
            iss = backend.standalone_iss
            config = self.discovery.smart_configuration(iss)
            tokens = self.desk.ask_for_backend(backend, config, iss, self.clock.now())
            self.vault.save(tokens)
            return tokens

    def _kept(self, backend: Site) -> TokenSet | None:
        """The one that is kept, unless the EHR has moved since: a token goes to no other address."""
        kept = self.vault.load(backend.name)
        return kept if kept is not None and kept.iss == backend.standalone_iss else None

    def _backend(self, site_name: str) -> Site:
        backend = self.sites.by_name(site_name).backend
        if backend is None:
            raise BackendRefused
        return backend
