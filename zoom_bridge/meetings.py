"""Meetings: what is ordered, and what Zoom answers.

https://developers.zoom.us/docs/api/meetings/#tag/meetings
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum

from zoom_bridge._fields import Raw, inner, instant, text
from zoom_bridge.dial_in import DialIn, dial_in_of
from zoom_bridge.drift import Guarded, guarded
from zoom_bridge.errors import ZoomAnswerMalformed
from zoom_bridge.ids import HostId, MeetingId, MeetingUuid
from zoom_bridge.meeting_settings import Recording, settings_for
from zoom_bridge.secret import Secret

SCHEDULED = 2
LONGEST_TOPIC = 200
LONGEST_MINUTES = 1440
STARTED = "started"


class MeetingList(StrEnum):
    """Which of a host's meetings to list."""

    LIVE = "live"
    UPCOMING = "upcoming"
    SCHEDULED = "scheduled"


@dataclass(frozen=True)
class MeetingOrder:
    """A scheduled meeting with registration. `start` is aware; `time_zone` is an IANA name."""

    topic: str
    start: datetime
    minutes: int
    time_zone: str
    waiting_room: bool = True
    recording: Recording = "none"
    chat: bool = False
    summary: bool = False
    alternative_hosts: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a start without a zone and a topic whose end Zoom would cut off."""
        if self.start.tzinfo is None:
            raise ValueError("the start of a meeting needs a time zone")
        if not 0 < len(self.topic) <= LONGEST_TOPIC:
            raise ValueError(f"a topic has 1 to {LONGEST_TOPIC} characters")

    def as_json(self) -> Raw:
        """The request's body."""
        return {
            "topic": self.topic,
            "type": SCHEDULED,
            "start_time": self.start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "duration": min(max(self.minutes, 1), LONGEST_MINUTES),
            "timezone": self.time_zone,
            "default_password": True,
            "pre_schedule": False,
            "settings": {**settings_for(self), "alternative_hosts": ";".join(self.alternative_hosts)},
        }


@dataclass(frozen=True)
class Meeting:
    """A meeting as Zoom answers it. The host's link is good for two hours and never stored."""

    id: MeetingId
    uuid: MeetingUuid | None
    host_id: HostId
    host_email: str | None
    topic: str
    status: str | None
    start_url: Secret | None
    echoed: Guarded
    dial_in: DialIn | None = field(default=None, repr=False)

    @property
    def is_live(self) -> bool:
        """Whether it is under way."""
        return self.status == STARTED

    @classmethod
    def from_json(cls, raw: Raw) -> "Meeting":
        """Raises ZoomAnswerMalformed without an id or host."""
        uuid, start_url = text(raw, "uuid"), text(raw, "start_url")
        return cls(
            id=_meeting_id(raw),
            uuid=MeetingUuid(uuid) if uuid else None,
            host_id=HostId(_required(raw, "host_id")),
            host_email=text(raw, "host_email"),
            topic=text(raw, "topic") or "",
            status=text(raw, "status"),
            start_url=Secret(start_url) if start_url else None,
            echoed=guarded(inner(raw, "settings")),
            dial_in=dial_in_of(raw),
        )


@dataclass(frozen=True)
class MeetingSummary:
    """A row of a host's list of meetings."""

    id: MeetingId
    topic: str
    created_at: datetime | None

    @classmethod
    def from_json(cls, raw: Raw) -> "MeetingSummary":
        """Raises ZoomAnswerMalformed without an id."""
        return cls(_meeting_id(raw), text(raw, "topic") or "", instant(raw, "created_at"))


def _meeting_id(raw: Raw) -> MeetingId:
    return MeetingId(_required(raw, "id"))


def _required(raw: Raw, name: str) -> str:
    value = text(raw, name)
    if value is None:
        raise ZoomAnswerMalformed(name)
    return value
