"""What every error of the product is, and what is said of one."""

from collections.abc import Callable, Mapping
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
    """What people are told of an error: a stable code, what happened, and what they can do next.

    `exact_cause` answers words for this very error, or None; it lets nothing through that came from outside
    and has another shape than it must have.
    """

    status: int
    code: str
    title: Text
    cause: Text
    next_step: Text
    exact_cause: Callable[[Exception], Text | None] | None = None


Table = Mapping[type[Exception], Explanation]
