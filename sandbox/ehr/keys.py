"""The keys that sign id_tokens."""

import secrets
import threading
from typing import Any, cast

from joserfc.jwk import RSAKey


def fresh_key() -> RSAKey:
    """A new RSA key with a kid of its own."""
    return RSAKey.generate_key(2048, {"kid": secrets.token_hex(4), "use": "sig", "alg": "RS256"})


class SigningKeys:
    """One key signs and is published. Beside it stands a stranger, for the switches that sign wrongly."""

    def __init__(self) -> None:
        self._current: RSAKey | None = None
        self._stranger: RSAKey | None = None
        self._lock = threading.Lock()

    @property
    def current(self) -> RSAKey:
        """The key that signs; made when first needed, for that takes a while."""
        with self._lock:
            self._current = self._current or fresh_key()
            return self._current

    @property
    def stranger(self) -> RSAKey:
        """A key that is never published."""
        self._stranger = self._stranger or fresh_key()
        return self._stranger

    def rotate(self) -> None:
        """Sign with a new key; the old one is withdrawn at once."""
        self._current = fresh_key()

    def public_jwks(self) -> dict[str, list[dict[str, Any]]]:
        """The JWK set that the OpenID configuration points to."""
        return {"keys": [self.current.as_dict(private=False)]}

    def dump(self) -> dict[str, Any]:
        """For the snapshot: the simulator's own private key."""
        return dict(self.current.as_dict(private=True))

    def load(self, state: dict[str, Any]) -> None:
        """Take over the key of a snapshot."""
        self._current = RSAKey.import_key(cast(dict[str, str | list[str]], state))
