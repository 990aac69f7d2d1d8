"""A clinic's day at another video service than the usual one."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class Detour(Base):
    """The visits of a site and a day, held elsewhere from `began_at` to `ends_at`, or until it was ended."""

    __tablename__ = "detour"
    __table_args__ = (
        Index(
            "uq_detour_open",
            "site",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_detour_ends_at", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[str]
    vendor: Mapped[str]  # where visits are held meanwhile
    day_began: Mapped[datetime]  # midnight of the clinic
    began_at: Mapped[datetime]
    ends_at: Mapped[datetime]  # the next midnight of the clinic
    ended_at: Mapped[datetime | None]  # by somebody, before its time; their visits go back
    staff_id: Mapped[str | None]  # None: the site's rule
