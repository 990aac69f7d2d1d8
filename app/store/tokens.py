"""The EHR tokens of launch sessions, sealed: the launch room's TokenVault."""

from sqlalchemy.orm import Session

from app.models import TokenSet as TokenRow
from app.store.database import Database
from launch.ports import TokenSet


def save_tokens(tx: Session, session_id: str, tokens: TokenSet) -> None:
    """Keep or replace, in a transaction of the caller's."""
    tx.merge(TokenRow(session_id=session_id, **vars(tokens)))


class Vault:
    """Keeps one set of tokens a session."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def save(self, session_id: str, tokens: TokenSet) -> None:
        """Keep or replace."""
        with self._db.write() as tx:
            save_tokens(tx, session_id, tokens)

    def load(self, session_id: str) -> TokenSet | None:
        """The tokens, or None."""
        with self._db.read() as tx:
            row = tx.get(TokenRow, session_id)
        if row is None:
            return None
        return TokenSet(
            site=row.site,
            iss=row.iss,
            access_token=row.access_token,
            refresh_token=row.refresh_token,
            scope=row.scope,
            expires_at=row.expires_at,
        )
