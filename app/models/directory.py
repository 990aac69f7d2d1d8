"""Who may host: the video account's users, and the practitioners of each EHR."""

from datetime import datetime

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.crypto import SealedText
from app.models.base import Base


class VideoUser(Base):
    """A user of the video account, as it was last told of."""

    __tablename__ = "video_user"

    vendor: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)  # somebody invited has none: then the address
    email: Mapped[str] = mapped_column(index=True)  # in small letters
    licence: Mapped[str]  # licensed | basic | none
    status: Mapped[str]  # active | inactive | pending | gone
    time_zone: Mapped[str | None]
    number: Mapped[str | None]  # the employee's own number, where single sign-on tells one: perhaps an NPI
    seen_at: Mapped[datetime]  # when the account's list told of them
    told_ms: Mapped[int] = mapped_column(BigInteger, default=0)  # of the latest event about them
    due: Mapped[bool] = mapped_column(default=False, index=True)  # their visits are to be planned anew


class PractitionerHost(Base):
    """A practitioner of one EHR, and what people decided about their hosting."""

    __tablename__ = "practitioner_host"

    site: Mapped[str] = mapped_column(primary_key=True)
    practitioner_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(SealedText)
    npi: Mapped[str | None]
    emails: Mapped[str] = mapped_column(default="")  # in small letters, a space between them
    seen_at: Mapped[datetime]
    chosen_key: Mapped[str | None]  # the host whom somebody chose by hand
    cover_key: Mapped[str | None]  # who may host in their place: alternative host of their meetings


class DirectoryReading(Base):
    """When the account's users are to be listed next, and how the last time went."""

    __tablename__ = "directory_reading"

    vendor: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    error_code: Mapped[str | None]
