"""A visit, the people in it, and the acts that moved it."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.crypto import SealedText
from app.models.base import Base


class Visit(Base):
    """One telehealth visit: of an appointment of one EHR, or ad hoc."""

    __tablename__ = "visit"
    __table_args__ = (
        UniqueConstraint("site", "appointment_id"),
        # What goes on is a few hundred of all visits that ever were.
        Index(
            "ix_visit_unclosed",
            "start",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_visit_site_start", "site", "start"),
        Index("ix_visit_site_practitioner_start", "site", "practitioner_id", "start"),
        Index("ix_visit_site_department_start", "site", "department", "start"),
        Index("ix_visit_host_key_start", "host_key", "start"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    site: Mapped[str]
    appointment_id: Mapped[str | None]  # None: ad hoc
    encounter_id: Mapped[str | None]
    patient_id: Mapped[str] = mapped_column(index=True)
    practitioner_id: Mapped[str | None]
    practitioner_name: Mapped[str | None]
    department: Mapped[str] = mapped_column(default="")  # Location id
    department_name: Mapped[str | None]
    service: Mapped[str | None] = mapped_column(SealedText)

    code: Mapped[str]
    state: Mapped[str]
    start: Mapped[datetime]
    minutes: Mapped[int]
    time_zone: Mapped[str]
    moved_from: Mapped[datetime | None]

    patient_name: Mapped[str] = mapped_column(SealedText)
    patient_birth_date: Mapped[str | None] = mapped_column(SealedText)  # ISO date
    patient_mrn: Mapped[str | None] = mapped_column(SealedText)
    interpreter_needed: Mapped[bool | None]  # by the chart; None: it does not say

    chart_status: Mapped[str | None]
    chart_read_at: Mapped[datetime]
    chart_warning: Mapped[str | None]  # what the chart says against a visit under way
    host_key: Mapped[str | None]  # the Zoom user asked to host: an e-mail or an id
    video: Mapped[str | None]  # the service that it was moved to; None: the usual one
    video_since: Mapped[datetime | None]  # when it was last moved from one to another
    handed_from_id: Mapped[str | None]  # whose it is by the chart, while another practitioner has it
    handed_from_name: Mapped[str | None]
    handed_at: Mapped[datetime | None]
    late_minutes: Mapped[int | None]  # what whoever waits is told: minutes, or words
    wait_text: Mapped[str | None] = mapped_column(SealedText)
    wait_said_at: Mapped[datetime | None]

    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    met_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]  # None: it is not finished
    revision: Mapped[int] = mapped_column(default=0)  # counts every change that a page shows

    people: Mapped[list["Participant"]] = relationship(
        back_populates="visit", order_by="Participant.position"
    )

    @property
    def birth_date(self) -> date | None:
        """The patient's birth date."""
        return date.fromisoformat(self.patient_birth_date) if self.patient_birth_date else None


class Participant(Base):
    """A person in a visit: the link they were given, what our page saw, and where they are."""

    __tablename__ = "participant"
    __table_args__ = (
        Index("ix_participant_visit_id_proxy_hash", "visit_id", "proxy_hash", unique=True),
        Index("ix_participant_visit_id_invitation", "visit_id", "invitation", unique=True),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    role: Mapped[str]
    proxy_hash: Mapped[str | None]  # who acts for the patient, by the portal's word: finds them again
    name: Mapped[str] = mapped_column(SealedText)
    email: Mapped[str | None] = mapped_column(SealedText)
    phone: Mapped[str | None] = mapped_column(SealedText)
    language: Mapped[str | None]  # BCP 47
    invited_at: Mapped[datetime | None]  # by staff; None: the chart or the portal named them
    invitation: Mapped[str | None]  # the form that invited them: sent twice, it invites once

    token_hash: Mapped[str | None] = mapped_column(unique=True)
    token: Mapped[str | None] = mapped_column(SealedText)
    revoked_at: Mapped[datetime | None]  # the link opens a page that says so

    page_opened_at: Mapped[datetime | None]
    page_here_since: Mapped[datetime | None]
    page_seen_at: Mapped[datetime | None]
    page_scripted: Mapped[bool] = mapped_column(default=False)
    join_clicked_at: Mapped[datetime | None]

    presence: Mapped[str] = mapped_column(default="invited")
    presence_since: Mapped[datetime | None]
    presence_source: Mapped[str] = mapped_column(default="page")
    presence_derived: Mapped[bool] = mapped_column(default=False)
    was_in_call: Mapped[bool] = mapped_column(default=False)
    put_back_at: Mapped[datetime | None]  # into the waiting room, where they are still
    look_again_at: Mapped[datetime | None] = mapped_column(index=True)  # time alone changes presence then
    told_at: Mapped[datetime | None]  # a page of the host or the care team showed that they are here

    visit: Mapped[Visit] = relationship(back_populates="people")


class VisitAct(Base):
    """Who moved a visit, when, and why."""

    __tablename__ = "visit_act"

    id: Mapped[int] = mapped_column(primary_key=True)
    visit_id: Mapped[str] = mapped_column(ForeignKey("visit.id"), index=True)
    act: Mapped[str]
    from_state: Mapped[str]
    to_state: Mapped[str]
    staff_id: Mapped[str | None]  # None: the chart, or the call
    reason: Mapped[str | None] = mapped_column(SealedText)
    at: Mapped[datetime]
