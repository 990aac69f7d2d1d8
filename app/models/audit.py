"""Who saw and did what, as a chain: each row holds the one before, and none can be made without our keys."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class AuditRow(Base):
    """One deed. Ids of ours only, and no foreign keys: it outlives what it tells of."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_visit_id_n", "visit_id", "n"),)

    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # from 1, without a gap
    at: Mapped[datetime] = mapped_column(index=True)  # real time
    staff_id: Mapped[str | None]  # None: whoever runs the deployment, at its command line
    session: Mapped[str | None] = mapped_column(index=True)  # tells sessions apart and opens none
    session_kind: Mapped[str]  # launch | local | command
    site: Mapped[str | None]
    visit_id: Mapped[str | None]
    act: Mapped[str]
    details: Mapped[str]  # JSON of words and ids of ours
    previous: Mapped[str]  # the hash of row n - 1; "" before the first
    hash: Mapped[str]


class AuditHead(Base):
    """The end of the chain, one row. Whoever appends holds it, so that the chain cannot fork."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    n: Mapped[int]
    hash: Mapped[str]
    seal: Mapped[str]  # over both: rows at the end cannot be taken away unnoticed
