"""A patient's own visits and links."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Participant, Visit
from app.visits.states import UNFINISHED, Role


def visits_of_patient(
    tx: Session, site: str, patient_id: str, since: datetime, most: int
) -> tuple[tuple[Visit, str], ...]:
    """Visits that are not over and begin after `since`, soonest first, each with the patient's link token."""
    rows = tx.execute(
        select(Visit, Participant.token)
        .join(Participant, Participant.visit_id == Visit.id)
        .where(Visit.site == site, Visit.patient_id == patient_id, Visit.start >= since)
        .where(Visit.state.in_(UNFINISHED), Participant.role == Role.PATIENT)
        .where(Participant.token.is_not(None), Participant.revoked_at.is_(None))
        .order_by(Visit.start)
        .limit(most)
    )
    return tuple((visit, token) for visit, token in rows if token)
