"""A launch on its way, the session it becomes, the visits that session may open, and its tokens."""

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.crypto import SealedText
from app.models.base import Base
from app.models.staff import Staff


class LaunchState(Base):
    """An authorization request that awaits its answer, found by the hash of its `state`."""

    __tablename__ = "launch_state"

    state_hash: Mapped[str] = mapped_column(primary_key=True)
    site: Mapped[str]
    browser_hash: Mapped[str]
    pending: Mapped[str] = mapped_column(SealedText)  # JSON: verifier, nonce, launch, redirect_uri …
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class StaffSession(Base):
    """One sign-in of one browser: a SMART launch or a local account. Its id stands in the path."""

    __tablename__ = "staff_session"

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]  # launch | local
    browser_hash: Mapped[str] = mapped_column(index=True)
    staff_id: Mapped[str] = mapped_column(ForeignKey("staff.id"), index=True)
    site: Mapped[str | None]
    iss: Mapped[str | None]
    patient_id: Mapped[str | None]
    context: Mapped[str | None] = mapped_column(SealedText)  # JSON of the LaunchContext
    found_by: Mapped[str | None]  # how the appointment was found
    banner_needed: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    host_confirmed_at: Mapped[datetime | None]  # "yes, I am signed in to Zoom as …"
    staff: Mapped[Staff] = relationship(lazy="joined")


class SessionVisit(Base):
    """A visit that a session may open: its launch's patient's, or one its own schedule search returned."""

    __tablename__ = "session_visit"

    session_id: Mapped[str] = mapped_column(ForeignKey("staff_session.id"), primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), primary_key=True, index=True)


class TokenSet(Base):
    """The EHR tokens of a launch session."""

    __tablename__ = "token_set"

    session_id: Mapped[str] = mapped_column(ForeignKey("staff_session.id"), primary_key=True)
    site: Mapped[str]
    iss: Mapped[str]
    access_token: Mapped[str] = mapped_column(SealedText)
    refresh_token: Mapped[str | None] = mapped_column(SealedText)
    scope: Mapped[str]
    expires_at: Mapped[datetime]
    refused_at: Mapped[datetime | None]  # the EHR renews them no more, and the access token is over
