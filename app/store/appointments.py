"""Which appointments of an EHR we already have a visit for."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Visit


@dataclass(frozen=True)
class KnownAppointment:
    """An appointment's id, and the site within which it is unique."""

    site: str
    id: str


def known_appointments(tx: Session, site: str, appointment_ids: Collection[str]) -> frozenset[str]:
    """Those of the ids that have a visit."""
    there = select(Visit.appointment_id).where(Visit.site == site, Visit.appointment_id.in_(appointment_ids))
    return frozenset(found for found in tx.scalars(there) if found)


def appointment_of(tx: Session, visit_id: str) -> KnownAppointment | None:
    """The visit's appointment; None if it is ad hoc or unknown."""
    found = tx.execute(select(Visit.site, Visit.appointment_id).where(Visit.id == visit_id)).one_or_none()
    return KnownAppointment(found.site, found.appointment_id) if found and found.appointment_id else None
