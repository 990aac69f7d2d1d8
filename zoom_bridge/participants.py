"""Who is in a meeting, and who was in one that is over.

https://developers.zoom.us/docs/api/meetings/#tag/meetings/GET/past_meetings/{meetingId}/participants
https://developers.zoom.us/docs/api/accounts/#tag/dashboards/GET/metrics/meetings/{meetingId}/participants
"""

from dataclasses import dataclass, field
from datetime import datetime

from zoom_bridge._fields import Raw, instant, text
from zoom_bridge.ids import RegistrantId

IN_WAITING_ROOM = "in_waiting_room"


@dataclass(frozen=True)
class PastParticipant:
    """One stretch of one person in a run of a meeting, in UTC. Any part may be missing, names most of all."""

    connection: str | None
    user_id: str | None
    registrant_id: RegistrantId | None
    email: str | None = field(repr=False)
    joined_at: datetime | None
    left_at: datetime | None
    in_waiting_room: bool

    @classmethod
    def from_json(cls, raw: Raw) -> "PastParticipant":
        """Never raises."""
        registrant_id = text(raw, "registrant_id")
        return cls(
            connection=text(raw, "user_id"),
            user_id=text(raw, "id"),
            registrant_id=RegistrantId(registrant_id) if registrant_id else None,
            email=text(raw, "user_email"),
            joined_at=instant(raw, "join_time"),
            left_at=instant(raw, "leave_time"),
            in_waiting_room=text(raw, "status") == IN_WAITING_ROOM,
        )


@dataclass(frozen=True)
class LiveParticipant:
    """One connection to a call under way, in UTC; `left_at` once it has gone. Registrants are not named."""

    connection: str | None
    user_id: str | None
    email: str | None = field(repr=False)
    joined_at: datetime | None
    left_at: datetime | None
    in_waiting_room: bool

    @classmethod
    def from_json(cls, raw: Raw) -> "LiveParticipant":
        """Never raises."""
        return cls(
            # As in events: the uuid is the one that stays the same.
            connection=text(raw, "participant_uuid") or text(raw, "user_id"),
            user_id=text(raw, "participant_user_id") or text(raw, "id"),
            email=text(raw, "email"),
            joined_at=instant(raw, "join_time"),
            left_at=instant(raw, "leave_time"),
            in_waiting_room=text(raw, "status") == IN_WAITING_ROOM,
        )


@dataclass(frozen=True)
class PastMeeting:
    """A run of a meeting that is over, in UTC."""

    uuid: str | None
    started_at: datetime | None
    ended_at: datetime | None

    @classmethod
    def from_json(cls, raw: Raw) -> "PastMeeting":
        """Never raises."""
        return cls(text(raw, "uuid"), instant(raw, "start_time"), instant(raw, "end_time"))
