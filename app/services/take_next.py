"""Remote triage: a provider takes the patient who has waited longest of those who have nobody yet."""

from app.ports import Rooms
from app.services.board_page import Column, read_board_page
from app.services.change_video import held_meeting
from app.services.close_visit import held
from app.services.hand_over import give_to
from app.services.ring import telling
from app.services.waiting import waits_since
from app.signin.roles import may
from app.signin.session_view import SessionView
from app.store.people import patients_side
from app.visits.states import UNFINISHED, VisitState

WHY = "taken from the board"


def take_next(rooms: Rooms, session: SessionView, department: str | None) -> str | None:
    """The visit that is theirs now; None if nobody without a provider waits, or the session is no provider's.

    Two providers who press at once get two patients: each is held before it is given.
    """
    if session.practitioner_id is None:
        return None
    board = read_board_page(rooms, session, None, department)
    waiting = (*board.columns[Column.READY], *board.columns[Column.HERE])
    free = [row for row in waiting if row.practitioner is None and row.waits_since is not None]
    for row in free:
        if _took(rooms, session, row.visit_id):
            return row.visit_id
    return None


def _took(rooms: Rooms, session: SessionView, visit_id: str) -> bool:
    """False if somebody else was quicker, or the patient has gone."""
    with telling(rooms) as told:
        meeting = held_meeting(told, visit_id)
        visit = held(told, visit_id)
        state, patient = VisitState(visit.state), next(iter(patients_side(visit)), None)
        is_free = visit.practitioner_id is None and waits_since(state, patient) is not None
        if state not in UNFINISHED or not is_free or session.site != visit.site:
            return False
        if not may(session.roles, "act", visit.site, visit.department) or session.practitioner_id is None:
            return False
        give_to(rooms, told, session, visit, meeting, (session.practitioner_id, session.staff_name), WHY)
    return True
