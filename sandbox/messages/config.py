"""What the message sink is told at its start."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class MessagesConfig:
    """Where the sink listens and keeps its messages; ``smtp_port`` 0 takes a free port."""

    port: int = 8003
    smtp_port: int = 8025
    clock_url: str = ""
    state_folder: Path | None = None

    @property
    def state_file(self) -> Path | None:
        """Where messages are written; None keeps them in memory only."""
        return self.state_folder / "messages.json" if self.state_folder else None
