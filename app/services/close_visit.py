"""Acts of staff that close a visit without finishing it: nobody came, or it is off."""

from datetime import timedelta

from app.errors.visit import NoShowTooEarly, ReasonMissing, VisitUnknown
from app.models import Participant, Visit
from app.ports import Rooms
from app.services.owe_chart import owe_stage
from app.services.ring import Telling, telling
from app.signin.session_view import SessionView
from app.store.people import patients_side
from app.store.visits import forget_wait, hold_visit, move_visit, slot_of
from app.visits.deeds import Deed
from app.visits.door import no_show_is_offered
from app.visits.states import Act, VisitState

# Who looked at the page earlier, and not since, has read the message and did not come.
ABOUT_THE_SLOT = timedelta(minutes=30)


def mark_no_show(rooms: Rooms, session: SessionView, visit_id: str) -> None:
    """The patient did not come. Raises VisitUnknown, IllegalMove or NoShowTooEarly."""
    with telling(rooms) as told:
        visit = held(told, visit_id)
        close(told, visit, Act.NO_SHOW, session)
        owe_stage(rooms, told, visit, session, "noshow")
        if not no_show_is_offered(VisitState.OPEN, slot_of(visit), was_here(visit), told.now):
            raise NoShowTooEarly


def cancel_visit(rooms: Rooms, session: SessionView, visit_id: str, reason: str) -> None:
    """It will not take place. Raises VisitUnknown, IllegalMove or ReasonMissing."""
    with telling(rooms) as told:
        close(told, held(told, visit_id), Act.CANCEL, session, given(reason))


def was_here(visit: Visit) -> bool:
    """Whether the patient, or who acts for them, was in the call or before their page about the slot."""
    return any(_was_here(visit, person) for person in patients_side(visit))


def _was_here(visit: Visit, person: Participant) -> bool:
    seen = person.page_seen_at
    return person.was_in_call or (seen is not None and seen >= visit.start - ABOUT_THE_SLOT)


def held(told: Telling, visit_id: str) -> Visit:
    """The visit, kept from others. Raises VisitUnknown."""
    visit = hold_visit(told.tx, visit_id)
    if visit is None:
        raise VisitUnknown
    return visit


def given(reason: str) -> str:
    """The reason. Raises ReasonMissing if there is none."""
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()


def close(told: Telling, visit: Visit, act: Act, session: SessionView, reason: str | None = None) -> None:
    """Do the act, and date the visit's end. Raises IllegalMove."""
    move_visit(told.tx, visit, act, told.now, staff_id=session.staff_id, reason=reason)
    visit.closed_at = told.now
    forget_wait(visit)
    told.tell(visit.id, "state")
    told.note(session, Deed(act.value), visit.id)
