"""What was exchanged while somebody launched: kept for a short while, redacted and sealed."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.crypto import SealedText
from app.models.base import Base


class LaunchTrace(Base):
    """One launch, found by the hash of its `state`, or by the reference of the page that told its failure."""

    __tablename__ = "launch_trace"
    __table_args__ = (Index("ix_launch_trace_site_outcome_at", "site", "outcome", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    site: Mapped[str | None]
    state_hash: Mapped[str | None] = mapped_column(index=True)
    outcome: Mapped[str]  # begun | entered | failed
    code: Mapped[str | None]
    reference: Mapped[str | None] = mapped_column(index=True)
    story: Mapped[str] = mapped_column(SealedText)  # JSON: what was asked for, and every exchange
