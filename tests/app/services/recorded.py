"""Recordings as Zoom tells of them, and departments that want some."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

FILM = bytes(range(256)) * 700  # three chunks of a sealed file, and a piece
CLOUD = {"recording": "cloud"}
FETCHED = {**CLOUD, "recording_after": "store"}
LINKED = {**CLOUD, "recording_after": "link"}


@dataclass
class Told:
    """An event of a recording, in the shape of Zoom's schema."""

    room_id: str
    at: datetime
    instance: str = "uuid-1"
    token: str = "ticket-1"
    files: list[dict[str, Any]] = field(default_factory=list)

    def started(self) -> bytes:
        return self._body(
            "recording.started", {"recording_file": {"recording_start": self._at(), "recording_end": ""}}
        )

    def completed(self, **changes: Any) -> bytes:
        """`token` stands behind the payload, at the top."""
        files = self.files or [film()]
        more = {"recording_files": files, "password": "x", "share_url": "https://zoom.us/rec/share/x"}
        return self._body("recording.completed", more, {"download_token": self.token, **changes})

    def _body(self, event: str, more: dict[str, Any], top: dict[str, Any] | None = None) -> bytes:
        meeting = {
            "id": int(self.room_id) if self.room_id.isdigit() else self.room_id,
            "uuid": self.instance,
            "host_id": "h",
            "topic": "Video visit",
            **more,
        }
        told = {"event": event, "event_ts": int(self.at.timestamp() * 1000), "payload": {"object": meeting}}
        return json.dumps(told | (top or {})).encode()

    def _at(self) -> str:
        return self.at.strftime("%Y-%m-%dT%H:%M:%SZ")


def film(name: str = "film-1", address: str = "https://zoom.us/rec/1", **changes: Any) -> dict[str, Any]:
    """A film that is ready."""
    plain = {
        "id": name,
        "meeting_id": "uuid-1",
        "recording_start": "2026-11-23T15:01:00Z",
        "recording_end": "2026-11-23T15:20:00Z",
        "file_type": "MP4",
        "file_size": len(FILM),
        "file_extension": "MP4",
        "download_url": address,
        "status": "completed",
        "recording_type": "shared_screen_with_speaker_view",
    }
    return plain | changes
