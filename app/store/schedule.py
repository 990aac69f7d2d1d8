"""The visits of some days that somebody may see, without what a list does not show."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, defer, selectinload

from app.models import Participant, Visit
from app.store.people import on_the_patients_side
from app.store.stream import Audience, visits_heard_by
from app.visits.states import UNFINISHED, WAITS

NOT_LISTED = (Participant.name, Participant.email, Participant.phone, Participant.token)


def visits_between(
    tx: Session, audience: Audience, start: datetime, end: datetime, practitioner_id: str | None
) -> tuple[Visit, ...]:
    """Visits that start in [start, end), soonest first; only this practitioner's where one is named."""
    wanted = (
        select(Visit)
        .where(Visit.id.in_(visits_heard_by(audience)))
        .where(Visit.start >= start, Visit.start < end)
        .options(selectinload(Visit.people).options(*map(defer, NOT_LISTED)))
        .order_by(Visit.start, Visit.id)
    )
    if practitioner_id is not None:
        # Whoever handed a visit over still sees what becomes of it.
        mine = (Visit.practitioner_id == practitioner_id, Visit.handed_from_id == practitioner_id)
        wanted = wanted.where(or_(*mine))
    return tuple(tx.scalars(wanted))


def visits_with_waiting(
    tx: Session, audience: Audience, start: datetime, end: datetime, practitioner_id: str | None
) -> frozenset[str]:
    """The ids of unfinished visits of these days whose patient waits."""
    wanted = (
        select(Visit.id)
        .join(Participant, Participant.visit_id == Visit.id)
        .where(Visit.id.in_(visits_heard_by(audience)))
        .where(Visit.start >= start, Visit.start < end, Visit.state.in_(UNFINISHED))
        .where(on_the_patients_side(), Participant.presence.in_(WAITS))
    )
    if practitioner_id is not None:
        wanted = wanted.where(Visit.practitioner_id == practitioner_id)
    return frozenset(tx.scalars(wanted))
