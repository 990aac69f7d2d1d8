"""A visit that was closed by mistake is open again."""

from app.ports import Rooms
from app.services.close_visit import given, held
from app.services.owe_chart import owe_stage
from app.services.refresh_presence import refresh_presence
from app.services.ring import telling
from app.signin.session_view import SessionView
from app.store.visits import move_visit
from app.visits.deeds import Deed
from app.visits.states import Act


def reopen_visit(rooms: Rooms, session: SessionView, visit_id: str, reason: str) -> None:
    """Finished or no-show becomes open, with its meeting. Raises VisitUnknown, IllegalMove or ReasonMissing.

    Host and patient have to meet anew for it to be in progress.
    """
    with telling(rooms) as told:
        visit = held(told, visit_id)
        move_visit(told.tx, visit, Act.REOPEN, told.now, staff_id=session.staff_id, reason=given(reason))
        visit.opened_at = told.now
        owe_stage(rooms, told, visit, session, "reopened")
        told.tell(visit.id, "state")
        told.note(session, Deed.REOPEN, visit.id)
        refresh_presence(told, visit)
