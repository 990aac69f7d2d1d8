"""Recordings of calls: who agreed to them, what the video vendor told of them, and what we keep."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.crypto import SealedText
from app.models.base import Base


class RecordingConsent(Base):
    """One answer to the question whether the visit may be recorded. The last one counts; none is changed."""

    __tablename__ = "recording_consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    answer: Mapped[str]  # yes | no
    participant_id: Mapped[str | None]  # who answered on their own page
    staff_id: Mapped[str | None]  # who wrote down what was said to them
    at: Mapped[datetime]


class Recording(Base):
    """The recording of one run of a meeting, as it was told of."""

    __tablename__ = "recording"
    __table_args__ = (UniqueConstraint("meeting_id", "instance"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"))
    instance: Mapped[str]
    told_at: Mapped[datetime]  # when we first heard of it
    began_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]  # the vendor has it whole
    handling: Mapped[str]  # running | nothing | link | store | unwanted | unconsented


class RecordingFile(Base):
    """One film or sound track of a recording: where it is to be had, and our copy."""

    __tablename__ = "recording_file"
    __table_args__ = (UniqueConstraint("recording_id", "vendor_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    recording_id: Mapped[str] = mapped_column(ForeignKey("recording.id"))
    vendor_id: Mapped[str]
    kind: Mapped[str]  # video | audio
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    size_told: Mapped[int | None] = mapped_column(BigInteger)
    address: Mapped[str | None] = mapped_column(SealedText)  # at the vendor; gone once it is fetched
    ticket: Mapped[str | None] = mapped_column(SealedText)  # opens it; gone once it is fetched
    name: Mapped[str | None]  # of our copy's file
    key: Mapped[str | None] = mapped_column(SealedText)  # without it the copy is noise
    size: Mapped[int | None] = mapped_column(BigInteger)
    sha256: Mapped[str | None]  # of the recording, not of the encrypted file
    stored_at: Mapped[datetime | None]
    shred_at: Mapped[datetime | None] = mapped_column(index=True)
    shredded_at: Mapped[datetime | None]
    shredded_by: Mapped[str | None]  # None: its time was over
    reason: Mapped[str | None] = mapped_column(SealedText)
