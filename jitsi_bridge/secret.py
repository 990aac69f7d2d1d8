"""Text that opens a door for whoever holds it: links into a room, and the key that signs them."""

from dataclasses import dataclass


@dataclass(frozen=True, repr=False)
class Secret:
    """Shown by `reveal` only: neither its repr nor a log line or traceback contains it."""

    _text: str

    def reveal(self) -> str:
        """The text itself."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"
