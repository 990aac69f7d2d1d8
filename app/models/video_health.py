"""Whether a video service answers."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class VideoHealth(Base):
    """A service's calls in a row to which nobody answered: 0 once one was answered."""

    __tablename__ = "video_health"

    vendor: Mapped[str] = mapped_column(primary_key=True)
    failing_since: Mapped[datetime]
    failed_at: Mapped[datetime]
    failures: Mapped[int]
