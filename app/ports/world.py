"""Time, chance, messages, and a bell."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """This instant, in UTC."""
        ...


@dataclass(frozen=True)
class Randomness:
    """Where unguessable things come from."""

    token: Callable[[], str]  # 128 bits, fit for a URL
    choose: Callable[[str], str]  # one character of a text


@dataclass(frozen=True)
class Message:
    """A text on its way to one person."""

    to: str
    subject: str
    text: str
    reference: str  # ours, the same at every try


class MessageGateway(Protocol):
    """E-mail or SMS."""

    def send(self, message: Message) -> str | None:
        """Hand over; answer the gateway's id, if it gives one. Raises MessageRefused or MessageUnsent."""
        ...


class Bell(Protocol):
    """Wakes those who wait for numbered rows: stream events, deliveries."""

    def ring(self, n: int) -> None:
        """Number `n` is committed. Numbers only grow."""
        ...

    def wait(self, after: int, timeout: float) -> int:
        """Wait, at most `timeout` seconds, for a number above `after`; the latest one known."""
        ...
