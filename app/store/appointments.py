"""Which appointments of an EHR we already have a visit for."""

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Visit


def known_appointments(tx: Session, site: str, appointment_ids: Collection[str]) -> frozenset[str]:
    """Those of the ids that have a visit."""
    there = select(Visit.appointment_id).where(Visit.site == site, Visit.appointment_id.in_(appointment_ids))
    return frozenset(found for found in tx.scalars(there) if found)


def encounters_of(tx: Session, site: str, appointment_ids: Collection[str]) -> Mapping[str, str]:
    """The encounters of these appointments' visits, as far as a launch told one."""
    there = select(Visit.appointment_id, Visit.encounter_id).where(
        Visit.site == site, Visit.appointment_id.in_(appointment_ids), Visit.encounter_id.is_not(None)
    )
    return {str(one): str(encounter) for one, encounter in tx.execute(there)}
