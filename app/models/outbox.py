"""What we owe to other systems: the promise, made in the transaction that caused it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class OutboxRow(Base):
    """One thing owed: a message, the end of a meeting, a write to the chart. Ids only, no patient data."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_state_due_at", "state", "due_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # makes the promise once
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    kind: Mapped[str]  # send_link | end_meeting | …
    subject: Mapped[str]  # participant or meeting id
    channel: Mapped[str | None]  # email | sms
    identity: Mapped[str] = mapped_column(default="system")  # user | system | either
    staff_id: Mapped[str | None]  # whose token, where identity is `user`
    state: Mapped[str] = mapped_column(default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]  # when the last try began
    settled_at: Mapped[datetime | None]
    error_code: Mapped[str | None]
    receipt: Mapped[str | None]  # the other system's id of what we wrote
