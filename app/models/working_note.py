"""A note while its author still writes it."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.crypto import SealedText
from app.models.base import Base


class WorkingNote(Base):
    """What one person has typed for one visit so far. It is theirs alone, and goes with the filed note."""

    __tablename__ = "working_note"

    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    text: Mapped[str] = mapped_column(SealedText)
    revision: Mapped[int]  # counts what was kept: a page that knows an older one must not write over it
    saved_at: Mapped[datetime] = mapped_column(index=True)
