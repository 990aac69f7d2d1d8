"""The keys of this process, which one test may change and the next one needs."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from app.crypto import KEYRING


@contextmanager
def keys_of(others: Sequence[str]) -> Iterator[None]:
    """The keyring holds these while the block runs, and then again what it held before."""
    kept = KEYRING._keys
    KEYRING.load(others)
    try:
        yield
    finally:
        if kept:
            KEYRING.load(kept)
