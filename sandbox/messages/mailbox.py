"""All messages that came, newest first, found by whom they are for."""

import re
import secrets
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from sandbox.clock import Clock, instant
from sandbox.snapshot import Snapshot

Kind = Literal["email", "sms"]
KEPT = 1_000
_LINK = re.compile(r"https?://[^\s<>\"]+")
_TRAILING = ".,;:!?)]}'"


@dataclass(frozen=True)
class Message:
    """One message as it came. ``at`` is a UTC instant by the sandbox's clock."""

    id: str
    at: str
    kind: Kind
    to: str
    text: str
    subject: str = ""
    sender: str = ""
    reference: str = ""

    @property
    def links(self) -> list[str]:
        """The web addresses in the text, in order."""
        return [found.rstrip(_TRAILING) for found in _LINK.findall(self.text)]

    def as_json(self) -> dict[str, object]:
        """As ``GET /messages`` shows it."""
        return {**asdict(self), "links": self.links}


def address_key(address: str) -> str:
    """What two spellings of one address share: an e-mail in lower case, or a phone number's digits."""
    text = address.strip()
    return text.lower() if "@" in text else "".join(filter(str.isdigit, text))


class Mailbox:
    """Keeps the last messages, also across restarts."""

    def __init__(self, clock: Clock, state_file: Path | None = None) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._snapshot = Snapshot(state_file, self._dump)
        self._messages = _messages_in(self._snapshot.load() or {})

    def take(
        self, kind: Kind, to: str, text: str, *, subject: str = "", sender: str = "", reference: str = ""
    ) -> Message:
        """Keep a message. One that is sent twice is there twice, as it would be on a telephone."""
        at = instant(self._clock.now())
        message = Message(secrets.token_hex(8), at, kind, to, text, subject, sender, reference)
        with self._lock:
            self._messages = [message, *self._messages][:KEPT]
        self._snapshot.touch()
        return message

    def to(self, address: str | None) -> list[Message]:
        """The messages for an address, newest first; all of them without one."""
        with self._lock:
            found = list(self._messages)
        if not address:
            return found
        return [message for message in found if address_key(message.to) == address_key(address)]

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._messages = []
        self._snapshot.touch()

    def close(self) -> None:
        """Write what is not yet written."""
        self._snapshot.flush()

    def _dump(self) -> dict[str, object]:
        with self._lock:
            return {"messages": [asdict(message) for message in self._messages]}


def _messages_in(state: Mapping[str, object]) -> list[Message]:
    kept = state.get("messages")
    return [Message(**one) for one in kept] if isinstance(kept, list) else []
