"""How the sink misbehaves on demand."""

import threading
from collections.abc import Mapping

SWITCHES: Mapping[str, str] = {
    "mail_down": "SMTP answers 451: try again later",
    "mail_refused": "SMTP answers 550: no such mailbox",
    "sms_down": "The SMS gateway answers 503",
    "sms_refused": "The SMS gateway answers 422: not a number that it can reach",
}


class BadSwitch(ValueError):
    """An order for a switch that there is not."""


class Switches:
    """Which switches are on."""

    def __init__(self) -> None:
        self._on: set[str] = set()
        self._lock = threading.Lock()

    def set(self, order: Mapping[str, object]) -> None:
        """Obey the body of ``POST /_break``. Raises BadSwitch."""
        name, on = order.get("name"), order.get("on", True)
        if not isinstance(name, str) or name not in SWITCHES:
            raise BadSwitch(f"name must be one of {', '.join(SWITCHES)}")
        if not isinstance(on, bool):
            raise BadSwitch("on is true or false")
        with self._lock:
            (self._on.add if on else self._on.discard)(name)

    def on(self, name: str) -> bool:
        """Whether a switch is on."""
        with self._lock:
            return name in self._on

    def clear(self) -> None:
        """All off."""
        with self._lock:
            self._on.clear()

    def as_json(self) -> dict[str, object]:
        """Every switch and how it stands: the body of ``GET /_break``."""
        return {name: {"says": says, "on": self.on(name)} for name, says in SWITCHES.items()}
