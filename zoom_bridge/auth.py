"""The account's access token, by Server-to-Server OAuth.

https://developers.zoom.us/docs/internal-apps/s2s-oauth/
"""

import threading
from dataclasses import dataclass
from datetime import timedelta

from requests.auth import HTTPBasicAuth

from zoom_bridge._fields import Raw, number, text
from zoom_bridge.errors import ZoomAnswerMalformed, ZoomCredentialsRefused, ZoomRefused
from zoom_bridge.ports import Clock, StoredToken, TokenStore
from zoom_bridge.secret import Secret
from zoom_bridge.wire import Ask, Wire

# A token is not used in its last minute: it would end on the way.
MARGIN = timedelta(minutes=1)
LONGEST_LIFE = 24 * 60 * 60  # seconds


@dataclass(frozen=True)
class ZoomApp:
    """A Server-to-Server app, where it gets its tokens, and where it calls if Zoom names no region."""

    account_id: str
    client_id: str
    client_secret: Secret
    oauth_url: str = "https://zoom.us/oauth/token"
    api_url: str = "https://api.zoom.us/v2"


class AccountTokens:
    """Hands out the account's token; asks Zoom for one when there is none that lives."""

    def __init__(self, wire: Wire, app: ZoomApp, store: TokenStore, clock: Clock) -> None:
        self._wire = wire
        self._app = app
        self._store = store
        self._clock = clock
        self._asking = threading.Lock()

    def current(self) -> StoredToken:
        """A token that lives for another minute at least. Raises ZoomCredentialsRefused, or as any call."""
        return self._living() or self._ask(refused=None)

    def renewed(self, refused: StoredToken) -> StoredToken:
        """What to use after Zoom refused that one: another process's newer token, or a new one."""
        return self._ask(refused)

    def _ask(self, refused: StoredToken | None) -> StoredToken:
        # Of many threads of many processes one asks: the others find its answer.
        with self._asking, self._store.renewing():
            living = self._living()
            if living and (refused is None or living.access_token != refused.access_token):
                return living
            token = self._token_from(self._fetch())
            self._store.save(token)
            return token

    def _living(self) -> StoredToken | None:
        token = self._store.load()
        return token if token and token.expires_at - MARGIN > self._clock.now() else None

    def _fetch(self) -> Raw:
        ask = Ask(
            operation="token",
            method="POST",
            url=self._app.oauth_url,
            auth=HTTPBasicAuth(self._app.client_id, self._app.client_secret.reveal()),
            form={"grant_type": "account_credentials", "account_id": self._app.account_id},
        )
        try:
            return self._wire.send(ask)
        except ZoomRefused as refused:
            raise ZoomCredentialsRefused from refused

    def _token_from(self, raw: Raw) -> StoredToken:
        access_token, seconds = text(raw, "access_token"), number(raw, "expires_in")
        if access_token is None:
            raise ZoomAnswerMalformed("access_token")
        if seconds is None or not 0 < seconds <= LONGEST_LIFE:
            raise ZoomAnswerMalformed("expires_in")
        expires_at = self._clock.now() + timedelta(seconds=seconds)
        return StoredToken(Secret(access_token), text(raw, "api_url") or "", expires_at)
