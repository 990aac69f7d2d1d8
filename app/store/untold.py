"""Visits of which the chart may have something to learn."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from app.models import OutboxRow, Participant, Visit
from app.store.people import on_the_patients_side
from app.store.visits import goes_on
from app.visits.states import WAITS, Presence, VisitState

# Nobody comes earlier than a department's longest `early_minutes`, a day.
SOONEST = timedelta(days=1)


@dataclass(frozen=True)
class Untold:
    """One kind of fact: the EHRs that take it, and for how long it is enough to have promised it once."""

    kind: str
    sites: Collection[str]
    since: datetime | None = None


def visits_untold(
    tx: Session, now: datetime, presence: Untold, status: Untold, message: Untold, limit: int
) -> tuple[str, ...]:
    """Visits with a patient who came, that are under way, or in which somebody waits unheard."""
    came = and_(_has_patient(*WAITS, Presence.IN_CALL), _lacks(presence))
    under_way = and_(Visit.state == VisitState.IN_PROGRESS, _lacks(status, since=Visit.opened_at))
    waits = and_(
        Visit.state == VisitState.PLANNED,
        _has_patient(*WAITS, told=False),
        _lacks(message, since=message.since),
    )
    wanted = (
        select(Visit.id)
        .where(*goes_on(), Visit.start <= now + SOONEST)
        .where(or_(came, under_way, waits))
        .order_by(Visit.start)
        .limit(limit)
    )
    return tuple(tx.scalars(wanted))


def _has_patient(*presence: Presence, told: bool = True) -> ColumnElement[bool]:
    """Whether the patient is in one of these; with `told` False only if no page has shown it yet."""
    who = [Participant.visit_id == Visit.id, on_the_patients_side()]
    heard = [] if told else [Participant.told_at.is_(None)]
    return exists().where(*who, *heard, Participant.presence.in_(presence))


def _lacks(untold: Untold, since: object = None) -> ColumnElement[bool]:
    same = [OutboxRow.visit_id == Visit.id, OutboxRow.kind == untold.kind]
    newer = [] if since is None else [OutboxRow.created_at >= since]
    return and_(Visit.site.in_(untold.sites), ~exists().where(*same, *newer))
