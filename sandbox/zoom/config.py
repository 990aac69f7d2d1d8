"""What the simulated Zoom is told at its start."""

from dataclasses import dataclass
from pathlib import Path

from sandbox.recorder import KEPT
from sandbox.serving import LOOPBACK


@dataclass(frozen=True)
class ZoomConfig:
    """One simulated account with one Server-to-Server app and one event subscription.

    ``recorded`` calls and webhooks are kept to be looked at. ``retry_scale`` shortens Zoom's waits of 5, 20
    and 60 minutes before a webhook is sent again.
    """

    port: int = 8002
    public_url: str = ""
    account_id: str = "sandbox-account"
    client_id: str = "sandbox-client"
    client_secret: str = "sandbox-secret"  # noqa: S105  # the demo's, refused by the app off loopback
    webhook_secret: str = "sandbox-webhook-secret"  # noqa: S105  # likewise
    webhook_url: str = ""
    clock_url: str = ""
    state_file: Path | None = None
    retry_scale: float = 1.0
    recorded: int = KEPT

    @property
    def base_url(self) -> str:
        """Where browsers and the API's callers reach this Zoom."""
        return self.public_url.rstrip("/") or f"http://{LOOPBACK}:{self.port}"
