"""The tokens of our back end, one for each EHR and all processes, sealed: the launch room's BackendVault."""

from app.models import BackendToken
from app.store.database import Database
from launch.ports import TokenSet


class BackendTokens:
    """Keeps one token a site. There is no refresh token to keep."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def save(self, tokens: TokenSet) -> None:
        """Keep or replace that of its site."""
        row = BackendToken(
            site=tokens.site,
            iss=tokens.iss,
            access_token=tokens.access_token,
            scope=tokens.scope,
            expires_at=tokens.expires_at,
        )
        with self._db.write() as tx:
            tx.merge(row)

    def load(self, site: str) -> TokenSet | None:
        """The site's, or None."""
        with self._db.read() as tx:
            row = tx.get(BackendToken, site)
        return TokenSet(row.site, row.iss, row.access_token, None, row.scope, row.expires_at) if row else None
