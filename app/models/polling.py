"""What is asked of the video vendor without a press of a button: when, how often, and what it refused."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class MeetingWatch(Base):
    """When a meeting is to be looked at next, and as of when its call is known."""

    __tablename__ = "meeting_watch"

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    next_at: Mapped[datetime] = mapped_column(index=True)
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    late_since: Mapped[datetime | None]  # a look that was due could not be taken
    failures: Mapped[int] = mapped_column(default=0)  # one after the other


class RunCheck(Base):
    """A run that is over: whether the vendor's record of it is still to be read."""

    __tablename__ = "run_check"

    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), primary_key=True)
    uuid: Mapped[str] = mapped_column(primary_key=True)
    due_at: Mapped[datetime | None] = mapped_column(index=True)  # None: nothing is left to be read
    tries: Mapped[int] = mapped_column(default=0)


class PollingSpent(Base):
    """Calls that looking cost for one site on one UTC day, against its `polling_budget`."""

    __tablename__ = "polling_spent"

    site: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    spent: Mapped[int] = mapped_column(default=0)


class NotOffered(Base):
    """What the account may not ask, and until when we take its word for it."""

    __tablename__ = "not_offered"

    vendor: Mapped[str] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]


class HostCheck(Base):
    """What the vendor last said of somebody who is to host."""

    __tablename__ = "host_check"

    vendor: Mapped[str] = mapped_column(primary_key=True)
    host_key: Mapped[str] = mapped_column(primary_key=True)
    verdict: Mapped[str]  # ok | unlicensed | inactive | unknown
    checked_at: Mapped[datetime]
