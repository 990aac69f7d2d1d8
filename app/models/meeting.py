"""A video meeting, whose visits it serves, its runs, and each person's pass to it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.crypto import SealedText
from app.models.base import Base


class Meeting(Base):
    """A meeting at a video vendor. `reference` is ours and ends its title there."""

    __tablename__ = "meeting"
    __table_args__ = (
        UniqueConstraint("vendor", "room_id"),
        Index("ix_meeting_state_created_at", "state", "created_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    vendor: Mapped[str]
    reference: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str]
    host_key: Mapped[str]  # whom we asked to host
    host_id: Mapped[str | None]  # the vendor's id of that person
    host_email: Mapped[str | None]
    cover_id: Mapped[str | None]  # the vendor's id of its alternative host
    room_id: Mapped[str | None]  # the vendor's id of the meeting, always text
    dial_in: Mapped[str | None] = mapped_column(SealedText)  # JSON: numbers, meeting, passcode
    drift: Mapped[str | None]  # JSON list of {setting, asked, got}
    recording: Mapped[str | None]  # what was asked for: none, local, cloud; None: made before this was kept
    error_code: Mapped[str | None]
    created_at: Mapped[datetime]
    ready_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class VisitMeeting(Base):
    """Which meetings served which visits. At most one is active for a visit at any time."""

    __tablename__ = "visit_meeting"
    __table_args__ = (
        Index(
            "uq_visit_meeting_active",
            "visit_id",
            unique=True,
            sqlite_where=text("active"),
            postgresql_where=text("active"),
        ),
    )

    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True, index=True)
    active: Mapped[bool]


class MeetingInstance(Base):
    """One run of a meeting, under the vendor's uuid."""

    __tablename__ = "meeting_instance"

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    uuid: Mapped[str] = mapped_column(primary_key=True)
    started_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]


class GuestPass(Base):
    """One participant's own way into one meeting (a Zoom registrant)."""

    __tablename__ = "guest_pass"
    __table_args__ = (UniqueConstraint("participant_id", "meeting_id"), UniqueConstraint("address"))

    id: Mapped[str] = mapped_column(primary_key=True)
    participant_id: Mapped[str] = mapped_column(ForeignKey("participant.id"))
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    address: Mapped[str]  # opaque, on our own registrant domain
    state: Mapped[str]  # creating | ready
    guest_id: Mapped[str | None] = mapped_column(index=True)
    link: Mapped[str | None] = mapped_column(SealedText)
    good_until: Mapped[datetime | None]  # None: as long as the meeting
    created_at: Mapped[datetime]
