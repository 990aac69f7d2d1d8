"""What open pages are told, in order."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class StreamEvent(Base):
    """A line for every open page of a visit: ids and a kind, never a name."""

    __tablename__ = "stream_event"
    __table_args__ = ({"sqlite_autoincrement": True},)

    n: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    kind: Mapped[str]  # presence | state | meeting | told | slot
    at: Mapped[datetime] = mapped_column(index=True)
    received_ms: Mapped[int] = mapped_column(BigInteger)  # real time of the cause
