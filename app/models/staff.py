"""People who may sign in, their roles, and one-time links for those with a local account."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.crypto import SealedText
from app.models.base import Base


class Staff(Base):
    """A person of the clinic: known at one EHR by its launches, or by a local account."""

    __tablename__ = "staff"
    __table_args__ = (UniqueConstraint("issuer", "subject", "site"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(default="")  # an issuer may serve several; "": a local account
    issuer: Mapped[str]  # the id_token's issuer, or "local"
    subject: Mapped[str]
    fhir_user: Mapped[str | None]  # "Practitioner/<id>" within the site
    name: Mapped[str] = mapped_column(SealedText)
    email: Mapped[str | None] = mapped_column(SealedText)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    roles: Mapped[list["StaffRole"]] = relationship(lazy="selectin", cascade="all, delete-orphan")


class StaffRole(Base):
    """What a person may do: `provider`, `assistant`, `scheduler` or `admin`; department "" means all."""

    __tablename__ = "staff_role"

    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(primary_key=True, default="")
    department: Mapped[str] = mapped_column(primary_key=True, default="")


class SigninLink(Base):
    """A one-time link of a local account, found by its hash."""

    __tablename__ = "signin_link"

    token_hash: Mapped[str] = mapped_column(primary_key=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    spent_at: Mapped[datetime | None]
