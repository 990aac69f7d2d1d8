"""Visits: found, held for a change, and the acts that moved them."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import Session, defer, joinedload, selectinload

from app.models import Participant, Staff, Visit, VisitAct
from app.visits.door import Slot
from app.visits.states import UNFINISHED, Act, VisitState, move

_NAMES = (Visit.patient_name, Visit.patient_birth_date, Visit.patient_mrn)
_SEALED = tuple(map(defer, (*_NAMES, Visit.service, Visit.wait_text)))
_SEALED_PEOPLE = tuple(
    map(defer, (Participant.name, Participant.email, Participant.phone, Participant.token))
)
# Made once: every event and every click runs them.
_ONE_VISIT = select(Visit).where(Visit.id == bindparam("visit_id")).options(*_SEALED)
_PEEK = _ONE_VISIT.options(joinedload(Visit.people).options(*_SEALED_PEOPLE))
# People are read by a statement of their own, once the visit is held: PostgreSQL would give those of a joined
# row as they were before the wait. https://www.postgresql.org/docs/current/transaction-iso.html
_HOLD = (
    _ONE_VISIT.options(selectinload(Visit.people).options(*_SEALED_PEOPLE))
    .with_for_update(of=Visit)
    .execution_options(populate_existing=True)
)
_HOLD_MANY = (
    select(Visit)
    .where(Visit.id.in_(bindparam("visit_ids", expanding=True)))
    .order_by(Visit.id)
    .options(*_SEALED, selectinload(Visit.people).options(*_SEALED_PEOPLE))
    .with_for_update(of=Visit)
    .execution_options(populate_existing=True)
)


def find_visit(tx: Session, visit_id: str) -> Visit | None:
    """The visit with its people."""
    return tx.get(Visit, visit_id, options=[selectinload(Visit.people)])


def peek_visit(tx: Session, visit_id: str) -> Visit | None:
    """As `find_visit`; what is sealed stays so, and cannot be read after the transaction."""
    return tx.scalars(_PEEK, {"visit_id": visit_id}).unique().one_or_none()


def hold_visit(tx: Session, visit_id: str) -> Visit | None:
    """The visit and its people as they are now, kept from others until the transaction ends.

    What is sealed is opened only when it is asked for, and only within the transaction.
    """
    return tx.scalar(_HOLD, {"visit_id": visit_id})


def hold_visits(tx: Session, visit_ids: Collection[str]) -> tuple[Visit, ...]:
    """As `hold_visit`, in an order that all transactions share."""
    return tuple(tx.scalars(_HOLD_MANY, {"visit_ids": sorted(visit_ids)}))


def hold_visit_of_appointment(tx: Session, site: str, appointment_id: str) -> Visit | None:
    """As `hold_visit`, by the appointment of this EHR."""
    wanted = select(Visit.id).where(Visit.site == site, Visit.appointment_id == appointment_id)
    visit_id = tx.scalar(wanted)
    return hold_visit(tx, visit_id) if visit_id else None


def departments_seen(tx: Session, site: str) -> frozenset[str]:
    """The Location ids of all visits of this EHR."""
    return frozenset(tx.scalars(select(Visit.department).where(Visit.site == site).distinct())) - {""}


def goes_on() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """What is true of unfinished visits alone. By the second, a database finds them among all of the past."""
    return Visit.state.in_(UNFINISHED), Visit.closed_at.is_(None)


def find_ad_hoc_visit(
    tx: Session, site: str, patient_id: str, practitioner_id: str | None, since: datetime
) -> str | None:
    """An unfinished visit without appointment of these two that was made since then."""
    return tx.scalar(
        select(Visit.id)
        .where(Visit.site == site, Visit.patient_id == patient_id, Visit.appointment_id.is_(None))
        .where(Visit.practitioner_id.is_not_distinct_from(practitioner_id), Visit.created_at >= since)
        .where(*goes_on())
        .order_by(Visit.created_at.desc())
        .limit(1)
    )


def move_visit(
    tx: Session,
    visit: Visit,
    act: Act,
    at: datetime,
    *,
    staff_id: str | None = None,
    reason: str | None = None,
) -> bool:
    """Do the act and write down who did it and why. Tells whether the state changed. Raises IllegalMove."""
    before = VisitState(visit.state)
    after = move(before, act)
    if after is before:
        return False
    visit.state = after
    visit.closed_at = None if after in UNFINISHED else at
    tx.add(
        VisitAct(
            visit_id=visit.id,
            act=act,
            from_state=before,
            to_state=after,
            staff_id=staff_id,
            reason=reason,
            at=at,
        )
    )
    return True


def note_act(
    tx: Session, visit: Visit, act: Act, at: datetime, *, staff_id: str | None, reason: str | None
) -> None:
    """Write down an act that moves no state."""
    state = visit.state
    tx.add(
        VisitAct(
            visit_id=visit.id,
            act=act,
            from_state=state,
            to_state=state,
            staff_id=staff_id,
            reason=reason,
            at=at,
        )
    )


def acts_of(tx: Session, visit_id: str) -> tuple[VisitAct, ...]:
    """What moved the visit, oldest first."""
    return tuple(tx.scalars(select(VisitAct).where(VisitAct.visit_id == visit_id).order_by(VisitAct.id)))


def staff_of_act(tx: Session, visit: Visit, act: Act) -> str | None:
    """Whom the visit's EHR knows of those who did this act, the last one."""
    wanted = (
        select(VisitAct.staff_id)
        .join(Staff, Staff.id == VisitAct.staff_id)
        .where(VisitAct.visit_id == visit.id, VisitAct.act == act, Staff.site == visit.site)
        .order_by(VisitAct.id.desc())
    )
    return tx.scalar(wanted.limit(1))


def forget_wait(visit: Visit) -> None:
    """Nobody is told any more how long it takes."""
    visit.late_minutes = visit.wait_text = visit.wait_said_at = None


def slot_of(visit: Visit) -> Slot:
    """When the visit is planned."""
    return Slot(visit.start, visit.minutes)


def end_of(visit: Visit) -> datetime:
    """When the visit is planned to end."""
    return visit.start + timedelta(minutes=visit.minutes)
