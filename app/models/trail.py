"""What was known of a visit, and when: kept to say why somebody was not told."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class VisitMoment(Base):
    """Somebody's presence changed, or a page of the clinic showed it. Ids and words of ours only."""

    __tablename__ = "visit_moment"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    participant_id: Mapped[str]
    kind: Mapped[str]  # presence | told
    at: Mapped[datetime]  # when it happened
    known_at: Mapped[datetime]  # when it was known here
    presence: Mapped[str | None]
    source: Mapped[str | None]  # page | zoom | poll
    staff_id: Mapped[str | None]  # whose page showed it


class Listening(Base):
    """A browser of the clinic had a page open that hears of visits: from when, and when it was last heard."""

    __tablename__ = "listening"

    browser_hash: Mapped[str] = mapped_column(primary_key=True)
    began_at: Mapped[datetime] = mapped_column(primary_key=True)
    until: Mapped[datetime] = mapped_column(index=True)
