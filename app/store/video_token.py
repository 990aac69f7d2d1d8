"""Zoom's account token: one for all processes, encrypted."""

from contextlib import AbstractContextManager

from app.models import VideoToken
from app.store.database import Database
from zoom_bridge.ports import StoredToken
from zoom_bridge.secret import Secret

VENDOR = "zoom"


class SharedTokenStore:
    """The bridge's TokenStore over the database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def renewing(self) -> AbstractContextManager[None]:
        """Held while a new one is asked for: by one process at a time. Raises StillAtIt."""
        return self._db.alone.doing("video token")

    def load(self) -> StoredToken | None:
        """The token saved last, or None."""
        with self._db.read() as tx:
            row = tx.get(VideoToken, VENDOR)
        return StoredToken(Secret(row.access_token), row.api_url, row.expires_at) if row else None

    def save(self, token: StoredToken) -> None:
        """Put this one in the place of the last."""
        with self._db.write() as tx:
            tx.merge(
                VideoToken(
                    vendor=VENDOR,
                    access_token=token.access_token.reveal(),
                    api_url=token.api_url,
                    expires_at=token.expires_at,
                )
            )
