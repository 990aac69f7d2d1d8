"""Sealing what must not be readable in the database, and signing what leaves it."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from functools import cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import LargeBinary
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


class SealBroken(Exception):
    """No key of VISITBRIDGE_SECRET_KEYS opens this value: a key was taken out too early."""


class Keyring:
    """The secret keys of this process. The first key seals and signs, all open and verify."""

    def __init__(self) -> None:
        self._fernet: MultiFernet | None = None
        self._keys: tuple[str, ...] = ()
        self._signers: dict[str, URLSafeTimedSerializer] = {}

    def load(self, keys: Sequence[str]) -> None:
        """Take the keys (any text of 32 characters or more each)."""
        self._keys = tuple(keys)
        self._signers = {}
        self._fernet = MultiFernet([Fernet(_fernet_key(key)) for key in keys])

    def seal(self, text: str) -> bytes:
        """Encrypted and authenticated text."""
        return self._opened().encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """The text that was sealed. Raises SealBroken."""
        try:
            return self._opened().decrypt(sealed).decode()
        except InvalidToken as broken:
            raise SealBroken from broken

    def signer(self, purpose: str) -> URLSafeTimedSerializer:
        """Signs values for one purpose only; a value signed for another is refused."""
        self._opened()
        if purpose not in self._signers:
            keys = list(reversed(self._keys))
            self._signers[purpose] = URLSafeTimedSerializer(keys, salt=f"visitbridge.{purpose}")
        return self._signers[purpose]

    def macs(self, purpose: str, message: str) -> tuple[str, ...]:
        """HMAC-SHA-256 of the message in hex, one by each key: the first is today's.

        By keys derived for one purpose, so that what is signed for another proves nothing here.
        """
        self._opened()
        return tuple(_mac(_derived(key, purpose), message) for key in self._keys)

    def _opened(self) -> MultiFernet:
        if self._fernet is None:
            raise RuntimeError("the keyring was not loaded: compose the rooms first")
        return self._fernet


KEYRING = Keyring()


def _fernet_key(key: str) -> bytes:
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(hashlib.sha256(key.encode()).digest())


@cache
def _derived(key: str, purpose: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=f"visitbridge.{purpose}".encode()).derive(key.encode())


def _mac(key: bytes, message: str) -> str:
    return hmac.new(key, message.encode(), hashlib.sha256).hexdigest()


class SealedText(TypeDecorator[str]):
    """A text column that the database only ever sees encrypted."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> bytes | None:
        """Seal on the way in."""
        return None if value is None else KEYRING.seal(value)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> str | None:
        """Open on the way out."""
        return None if value is None else KEYRING.open(value)


def digest(token: str) -> str:
    """What finds a secret token again without keeping it: its SHA-256, in hex."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """128 random bits, fit for a URL."""
    return secrets.token_urlsafe(16)


__all__ = ["KEYRING", "BadSignature", "Keyring", "SealBroken", "SealedText", "digest", "new_token"]
