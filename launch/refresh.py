"""A token that is about to end, renewed once by whoever comes first."""

from dataclasses import dataclass
from datetime import timedelta

from launch.discovery import Discovery
from launch.errors import LaunchError, RefreshRefused
from launch.exchange import TokenDesk
from launch.ports import Clock, Lock, TokenSet, TokenVault
from launch.sites import SiteBook

# Oracle Health's tokens live 570 seconds: renew while one last read can still end.
RENEW_BEFORE = timedelta(seconds=30)


@dataclass(frozen=True)
class TokenKeeper:
    """Gives the access token of a launch session, renewed where it must be."""

    sites: SiteBook
    discovery: Discovery
    desk: TokenDesk
    vault: TokenVault
    lock: Lock
    clock: Clock

    def access_token(self, session_id: str) -> str:
        """A token that is good for half a minute at least, or for the rest of its life if none is to be had.

        Raises RefreshRefused, ClientRefused, TokenAnswerMalformed, EhrSlow or EhrUnreachable.
        """
        tokens = self._load(session_id)
        now = self.clock.now()
        if now < tokens.expires_at - RENEW_BEFORE:
            return tokens.access_token
        try:
            return self._renew(session_id, tokens.access_token)
        except LaunchError:
            if now < tokens.expires_at:
                return tokens.access_token
            raise

    def renewed_token(self, session_id: str, refused: str) -> str:
        """Another token than the refused one. Raises as `access_token` does."""
        return self._renew(session_id, refused)

    def _renew(self, session_id: str, stale: str) -> str:
        with self.lock.held(f"refresh:{session_id}"):
            tokens = self._load(session_id)
            # Somebody renewed it while we waited.
            if tokens.access_token != stale:
                return tokens.access_token
            if tokens.refresh_token is None:
                raise RefreshRefused
            site = self.sites.by_name(tokens.site)
            config = self.discovery.smart_configuration(tokens.iss)
            renewed = self.desk.refresh(site, config, tokens, self.clock.now())
            self.vault.save(session_id, renewed)
            return renewed.access_token

    def _load(self, session_id: str) -> TokenSet:
        tokens = self.vault.load(session_id)
        if tokens is None:
            raise RefreshRefused
        return tokens
