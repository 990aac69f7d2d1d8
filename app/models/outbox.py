"""What we owe to other systems: the promise, made in the transaction that caused it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.crypto import SealedText
from app.models.base import Base


class OutboxRow(Base):
    """One thing owed: a message, the end of a meeting, a write to the chart. Ids only, no patient data."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_state_due_at", "state", "due_at"),
        Index("ix_outbox_look_at", "look_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # makes the promise once
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    kind: Mapped[str]  # send_link | end_meeting | chart_note | chart_status | …
    subject: Mapped[str]  # participant or meeting id, or the stage of a status
    lane: Mapped[str | None]  # within a visit, rows of a lane are delivered in the order of their promises
    channel: Mapped[str | None]  # email | sms; the vendor's id of a guest
    identity: Mapped[str] = mapped_column(default="system")  # user | system | either
    staff_id: Mapped[str | None]  # in whose name, where it is a person's
    state: Mapped[str] = mapped_column(default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]  # when the last try began
    settled_at: Mapped[datetime | None]
    error_code: Mapped[str | None]
    receipt: Mapped[str | None]  # the other system's id of what we wrote

    # Of writes to a chart.
    rung: Mapped[str | None]  # by which way the last try went out; None: nothing was sent in it
    refused: Mapped[str] = mapped_column(default="")  # ways that the EHR refused for this write, with blanks
    looks: Mapped[int] = mapped_column(default=0)  # how often it was looked for in vain, one after the other
    look_at: Mapped[datetime | None]  # when to look for it; None: not yet, or it cannot be looked for
    confirmed_at: Mapped[datetime | None]  # when a later read found it in the chart
    decided_by: Mapped[str | None]  # who ended it by hand
    reason: Mapped[str | None] = mapped_column(SealedText)  # and why


class VisitNote(Base):
    """A note as its author let it go; the outbox row of the same id brings it to the chart."""

    __tablename__ = "visit_note"

    id: Mapped[str] = mapped_column(primary_key=True)  # of the outbox row, and in the chart
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    author: Mapped[str | None]  # "Practitioner/<id>"
    text: Mapped[str] = mapped_column(SealedText)
    is_draft: Mapped[bool]
    start: Mapped[datetime]
    end: Mapped[datetime]
    written_at: Mapped[datetime]
    replaces: Mapped[str | None]  # the note that it corrects


class RungRefusal(Base):
    """A way of writing that an EHR does not have, whatever it says of itself: not tried for a while."""

    __tablename__ = "rung_refusal"

    site: Mapped[str] = mapped_column(primary_key=True)
    rung: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
