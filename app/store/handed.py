"""Visits that were handed to another provider, and the sessions of whoever has them now."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import SessionVisit, Staff, StaffSession, Visit, VisitAct
from app.store.sessions import IDLE
from app.store.visits import goes_on
from app.visits.states import Act


def sessions_of(tx: Session, site: str, practitioner_id: str, now: datetime) -> tuple[str, ...]:
    """The launch sessions of this practitioner that live."""
    wanted = (
        select(StaffSession.id)
        .join(Staff, Staff.id == StaffSession.staff_id)
        .where(StaffSession.kind == "launch", StaffSession.ended_at.is_(None), StaffSession.site == site)
        .where(StaffSession.expires_at > now, StaffSession.seen_at > now - IDLE)
        .where(Staff.active, Staff.site == site, Staff.fhir_user == f"Practitioner/{practitioner_id}")
    )
    return tuple(tx.scalars(wanted.order_by(StaffSession.id)))


def handed_to(tx: Session, site: str, practitioner_id: str, session_id: str) -> tuple[str, ...]:
    """Unfinished visits that were handed to this practitioner and that the session may not open yet."""
    granted = select(SessionVisit.visit_id).where(SessionVisit.session_id == session_id)
    wanted = select(Visit.id).where(Visit.site == site, Visit.practitioner_id == practitioner_id)
    handed = wanted.where(Visit.handed_at.is_not(None), *goes_on(), Visit.id.not_in(granted))
    return tuple(tx.scalars(handed))


def last_reason(tx: Session, visit_id: str) -> str | None:
    """Why it was handed over last."""
    mine = (VisitAct.visit_id == visit_id, VisitAct.act == Act.HAND_OVER)
    return tx.scalar(select(VisitAct.reason).where(*mine).order_by(VisitAct.id.desc()).limit(1))
