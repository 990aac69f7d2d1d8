"""An assistant has checked the patient in: the provider's pages ring, and the note says what was done."""

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from app.errors.visit import VisitClosed
from app.models import Visit
from app.ports import Rooms
from app.services.close_visit import held
from app.services.hall import policy_of
from app.services.ring import telling
from app.signin.session_view import SessionView
from app.visits.deeds import Deed
from app.visits.states import UNFINISHED, VisitState


@dataclass(frozen=True)
class CheckIn:
    """What the department wants done (`steps`, its own words), and what somebody did, when (UTC) and who."""

    steps: tuple[str, ...]
    ready_at: datetime | None
    by: str | None = field(repr=False)
    done: tuple[str, ...]

    @property
    def is_shown(self) -> bool:
        """The department checks patients in, or somebody has."""
        return bool(self.steps) or self.ready_at is not None


def check_in_of(rooms: Rooms, visit: Visit) -> CheckIn:
    """As it is now."""
    done = tuple(json.loads(visit.checked_in)) if visit.checked_in else ()
    return CheckIn(policy_of(rooms, visit).check_in, visit.ready_at, visit.ready_by, done)


def check_in(rooms: Rooms, session: SessionView, visit_id: str, ticked: Collection[str]) -> None:
    """The patient is ready for the provider; pressed again, what is ticked now counts. `ticked`: of `steps`.

    Raises VisitUnknown, or VisitClosed for a visit that is over.
    """
    with telling(rooms) as told:
        visit = held(told, visit_id)
        if VisitState(visit.state) not in UNFINISHED:
            raise VisitClosed
        done = [step for step in policy_of(rooms, visit).check_in if step in ticked]
        visit.checked_in = json.dumps(done, ensure_ascii=False)
        visit.ready_at, visit.ready_by = visit.ready_at or told.now, session.staff_name
        told.tell(visit.id, "state")
        told.note(session, Deed.CHECK_IN, visit.id)


def take_back_check_in(rooms: Rooms, session: SessionView, visit_id: str) -> None:
    """They are not ready after all. Raises VisitUnknown."""
    with telling(rooms) as told:
        visit = held(told, visit_id)
        if visit.ready_at is None:
            return
        visit.ready_at = visit.ready_by = visit.checked_in = None
        told.tell(visit.id, "state")
        told.note(session, Deed.CHECK_IN, visit.id, taken_back="yes")
