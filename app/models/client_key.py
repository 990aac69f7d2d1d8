"""Keys that sign for this deployment towards the EHRs."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from app.crypto import SealedText
from app.models.base import Base


class ClientKey(Base):
    """One key pair. It is published from its making on, signs from `signs_from`, and is gone once retired."""

    __tablename__ = "client_key"

    kid: Mapped[str] = mapped_column(primary_key=True)
    alg: Mapped[str]
    private_jwk: Mapped[str | None] = mapped_column(SealedText)  # JSON; None once it is retired
    public_jwk: Mapped[str]  # JSON
    created_at: Mapped[datetime]
    signs_from: Mapped[datetime | None]
    retired_at: Mapped[datetime | None]
