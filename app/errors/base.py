"""What every error of the product is, and what is said of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol


class ProductError(Exception):
    """Base of the product's own errors. Messages hold nothing from outside."""

    retryable = False


class Text(Protocol):
    """Words that `str` turns into the reader's language."""

    def __str__(self) -> str: ...


@dataclass(frozen=True)
class Explanation:
    """What people are told of an error: a stable code, what happened, and what they can do next."""

    status: int
    code: str
    title: Text
    cause: Text
    next_step: Text


Table = Mapping[type[Exception], Explanation]
