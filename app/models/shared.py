"""What all processes share: tokens of our own, quotas, pauses and leases."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.crypto import SealedText
from app.models.base import Base


class VideoToken(Base):
    """The account's access token at the video vendor."""

    __tablename__ = "video_token"

    vendor: Mapped[str] = mapped_column(primary_key=True)
    access_token: Mapped[str] = mapped_column(SealedText)
    api_url: Mapped[str]
    expires_at: Mapped[datetime]


class BackendToken(Base):
    """The access token of our back end at one EHR."""

    __tablename__ = "backend_token"

    site: Mapped[str] = mapped_column(primary_key=True)
    iss: Mapped[str]
    access_token: Mapped[str] = mapped_column(SealedText)
    scope: Mapped[str]
    expires_at: Mapped[datetime]


class HostQuota(Base):
    """Creates and updates of one host on one UTC day, against Zoom's hundred."""

    __tablename__ = "host_quota"

    host_key: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    spent: Mapped[int] = mapped_column(default=0)


class RatePause(Base):
    """Until when a category of calls is not to be made."""

    __tablename__ = "rate_pause"

    category: Mapped[str] = mapped_column(primary_key=True)
    until: Mapped[datetime]


class Lease(Base):
    """A name held by one process until it expires."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    expires_at: Mapped[datetime]
