"""Webhooks as they came, and the facts of calls that they told."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.crypto import SealedText
from app.models.base import Base


class InboxRow(Base):
    """One authentic delivery, kept before it is answered and read after."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index(
            "ix_inbox_unread",
            "seq",
            sqlite_where=text("projected_at IS NULL"),
            postgresql_where=text("projected_at IS NULL"),
        ),
        Index(
            "ix_inbox_room_id",
            "room_id",
            sqlite_where=text("room_id IS NOT NULL"),
            postgresql_where=text("room_id IS NOT NULL"),
        ),
        Index(
            "ix_inbox_failed",
            "seq",
            sqlite_where=text("effect = 'failed'"),
            postgresql_where=text("effect = 'failed'"),
        ),
        Index(
            "ix_inbox_whole",
            "received_at",
            sqlite_where=text("shredded_at IS NULL"),
            postgresql_where=text("shredded_at IS NULL"),
        ),
        Index(
            "ix_inbox_told_room",
            "told_room",
            sqlite_where=text("told_room IS NOT NULL"),
            postgresql_where=text("told_room IS NOT NULL"),
        ),
    )

    seq: Mapped[int] = mapped_column(primary_key=True)
    body_hash: Mapped[str] = mapped_column(unique=True)
    vendor: Mapped[str]
    body: Mapped[str] = mapped_column(SealedText)
    received_at: Mapped[datetime]
    received_ms: Mapped[int] = mapped_column(BigInteger)  # real time, for measuring how soon a page knew
    projected_at: Mapped[datetime | None]
    effect: Mapped[str | None]  # applied | repeated | unknown_meeting | no_facts | unreadable | failed
    room_id: Mapped[str | None]  # of a meeting that nobody knew: read again once it is known
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")  # that failed

    # What the delivery says on its cover, written with it. Nothing here names a person.
    event: Mapped[str | None]
    told_ms: Mapped[int | None] = mapped_column(BigInteger)  # when the vendor says that it happened
    told_room: Mapped[str | None]  # the vendor's id of the meeting that it tells of
    request_id: Mapped[str | None]  # the vendor's name of the request, for its support
    shredded_at: Mapped[datetime | None]  # the body was emptied


class CallNoteRow(Base):
    """What was told of a call beside who is in it, once, whatever number of deliveries told it."""

    __tablename__ = "call_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    kind: Mapped[str]  # trouble | role | bound | tested | recording | gone | changed
    at: Mapped[datetime]
    told_ms: Mapped[int] = mapped_column(BigInteger)
    instance: Mapped[str]
    connection: Mapped[str | None]
    person: Mapped[str | None]  # as of facts
    detail: Mapped[str]  # words, no person's data
    inbox_seq: Mapped[int | None]


class CallFactRow(Base):
    """One fact of a call, once, whatever number of deliveries told it."""

    __tablename__ = "call_fact"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)  # kind, inner time, told_ms, uuid, connection
    meeting_id: Mapped[str] = mapped_column(ForeignKey("meeting.id"), index=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    told_ms: Mapped[int] = mapped_column(BigInteger, default=0)  # orders facts of the same second
    instance: Mapped[str]
    connection: Mapped[str | None]
    person: Mapped[str | None]  # a participant's id, or `host`; None: a person who matches nobody
    guest_id: Mapped[str | None]  # as the vendor names a guest, to match one whose pass is recorded later
    inbox_seq: Mapped[int | None]
    derived: Mapped[bool] = mapped_column(default=False)
