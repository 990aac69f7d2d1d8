"""What the call and the patient's page have changed, and the chart does not know yet, is owed to it.

Acts of staff owe it in their own transaction; this is for what nobody pressed a button for.
"""

from collections.abc import Collection
from datetime import timedelta

import structlog

from app.models import Visit
from app.ports import Rooms
from app.services.chart_errands import MESSAGE, PRESENCE, STATUS
from app.services.hall import policy_of
from app.services.owe_chart import opener_of, owe, sites_taking
from app.services.ring import Telling, telling
from app.store.outbox import OPEN, last_of_kind
from app.store.people import patients_side
from app.store.untold import Untold, visits_untold
from app.store.visits import hold_visits
from app.visits.states import WAITS, Presence, VisitState

log = structlog.get_logger()
CAME = WAITS | {Presence.IN_CALL}
# An open page of the clinic shows a patient within seconds: then nobody needs a message.
GRACE = timedelta(seconds=5)
# How long to wait for an answer before the clinic is told again.
AGAIN_AFTER = timedelta(minutes=15)
MOST_AT_ONCE = 50
# In a transaction: on SQLite nobody else writes meanwhile.
TOGETHER = 10


def tell_chart(rooms: Rooms) -> int:
    """Owe what is not owed yet. How many visits were looked at."""
    now = rooms.clock.now()
    presence, status = (Untold(kind, sites_taking(rooms, kind)) for kind in (PRESENCE, STATUS))
    message = Untold(MESSAGE, sites_taking(rooms, MESSAGE), since=now - AGAIN_AFTER)
    with rooms.db.read() as tx:
        untold = visits_untold(tx, now, presence, status, message, MOST_AT_ONCE)
    for start in range(0, len(untold), TOGETHER):
        _tell(rooms, untold[start : start + TOGETHER])
    return len(untold)


def _tell(rooms: Rooms, visit_ids: Collection[str]) -> None:
    """Owe it in one transaction; where that fails, each visit in one of its own."""
    try:
        with telling(rooms) as told:
            for visit in hold_visits(told.tx, visit_ids):
                _owe(rooms, told, visit)
    except Exception as fault:
        if len(visit_ids) == 1:
            raise
        log.warning("chart_not_told_together", count=len(visit_ids), error=type(fault).__name__)
        for visit_id in visit_ids:
            _tell(rooms, (visit_id,))


def _owe(rooms: Rooms, told: Telling, visit: Visit) -> None:
    owed = [each(rooms, told, visit) for each in (_owe_presence, _owe_progress, _owe_message)]
    if any(owed):
        told.tell(visit.id, "state")


def _owe_presence(rooms: Rooms, told: Telling, visit: Visit) -> bool:
    patient = next(iter(patients_side(visit)), None)
    if patient is None or patient.presence not in CAME or _is_too_early(rooms, told, visit):
        return False
    return owe(rooms, told.tx, visit, PRESENCE, "patient", told.now)


def _owe_progress(rooms: Rooms, told: Telling, visit: Visit) -> bool:
    if visit.state != VisitState.IN_PROGRESS or visit.opened_at is None:
        return False
    staff_id = opener_of(told.tx, visit)
    occasion = visit.opened_at.isoformat()
    return owe(rooms, told.tx, visit, STATUS, "in-progress", told.now, staff_id=staff_id, occasion=occasion)


def _owe_message(rooms: Rooms, told: Telling, visit: Visit) -> bool:
    """Once; and again where a quarter of an hour later nobody has answered and the patient still waits."""
    patient = next(iter(patients_side(visit)), None)
    waits = patient is not None and patient.presence in WAITS and patient.told_at is None
    if not waits or visit.state != VisitState.PLANNED or _is_too_early(rooms, told, visit):
        return False
    last = last_of_kind(told.tx, visit.id, MESSAGE)
    if last is not None and (last.state in OPEN or told.now < last.created_at + AGAIN_AFTER):
        return False
    occasion = told.now.isoformat() if last is not None else "first"
    return owe(rooms, told.tx, visit, MESSAGE, "waiting", told.now, occasion=occasion, after=GRACE)


def _is_too_early(rooms: Rooms, told: Telling, visit: Visit) -> bool:
    return told.now < visit.start - timedelta(minutes=policy_of(rooms, visit).early_minutes)
