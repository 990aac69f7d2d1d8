"""Who was in a meeting that is over.

https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/past_meetings/{meetingId}/participants
"""

from dataclasses import dataclass, field
from datetime import datetime

from zoom_bridge._fields import Raw, instant, text
from zoom_bridge.ids import RegistrantId


@dataclass(frozen=True)
class PastParticipant:
    """One stretch of one person in a run of a meeting, in UTC. Any part may be missing, names most of all."""

    user_id: str | None
    registrant_id: RegistrantId | None
    email: str | None = field(repr=False)
    joined_at: datetime | None
    left_at: datetime | None

    @classmethod
    def from_json(cls, raw: Raw) -> "PastParticipant":
        """Never raises."""
        registrant_id = text(raw, "registrant_id")
        return cls(
            user_id=text(raw, "id"),
            registrant_id=RegistrantId(registrant_id) if registrant_id else None,
            email=text(raw, "user_email"),
            joined_at=instant(raw, "join_time"),
            left_at=instant(raw, "leave_time"),
        )
