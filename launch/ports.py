"""What this room needs kept or done for it."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from joserfc.jwk import ECKey, RSAKey

SigningKey = RSAKey | ECKey


@dataclass(frozen=True)
class PendingLaunch:
    """An authorization request that awaits its answer. Secrets have no repr."""

    state: str = field(repr=False)
    site: str
    iss: str
    launch: str | None = field(repr=False)  # None: standalone
    redirect_uri: str
    code_verifier: str = field(repr=False)
    nonce: str | None = field(repr=False)
    scopes: tuple[str, ...]
    browser: str = field(repr=False)
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class TokenSet:
    """The tokens of one launch. `expires_at` is UTC."""

    site: str
    iss: str
    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    scope: str
    expires_at: datetime


class StateStore(Protocol):
    """Keeps launches on their way."""

    def put(self, pending: PendingLaunch) -> None:
        """Keep it until it expires."""
        ...

    def take(self, state: str, browser: str) -> PendingLaunch:
        """Give it once, to the browser in which it began.

        Raises StateUnknown, StateUsed, StateExpired or StateOfAnotherBrowser; the last leaves it untaken.
        """
        ...


class TokenVault(Protocol):
    """Keeps the tokens of launch sessions, encrypted."""

    def save(self, session_id: str, tokens: TokenSet) -> None:
        """Keep or replace."""
        ...

    def load(self, session_id: str) -> TokenSet | None:
        """The tokens, or None."""
        ...


class BackendVault(Protocol):
    """Keeps the tokens of our back end, one for each site, encrypted."""

    def save(self, tokens: TokenSet) -> None:
        """Keep or replace those of their site."""
        ...

    def load(self, site: str) -> TokenSet | None:
        """The site's, or None."""
        ...


class Lock(Protocol):
    """Names that one holder has at a time, over all processes."""

    def held(self, name: str) -> AbstractContextManager[None]:
        """Wait for the name and hold it."""
        ...


class ClientKeys(Protocol):
    """Our keys towards the EHRs."""

    def signing_key(self) -> SigningKey:
        """The private key that signs now; it has a `kid` and an `alg` (RS384 or ES384)."""
        ...

    def public_jwks(self) -> Mapping[str, object]:
        """The public parts of all keys, as published."""
        ...


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """This instant, in UTC."""
        ...


class Randomness(Protocol):
    """Where unguessable things come from."""

    def token(self, nbytes: int) -> str:
        """That many random bytes, fit for a URL."""
        ...
