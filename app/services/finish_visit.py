"""The provider finishes. Hanging up finishes nothing, and finishing hangs up only where that is certain."""

from sqlalchemy.orm import Session

from app.ports import Rooms
from app.services.close_visit import close, held
from app.services.owe_chart import owe_stage
from app.services.ring import Telling, telling
from app.services.visit_note import NoteDraft, file_note
from app.services.visit_summary import summary_of
from app.signin.session_view import SessionView
from app.store.facts import HOST, facts_of_meeting
from app.store.meetings import active_meeting, visits_of
from app.store.outbox import Promise, promise
from app.store.visits import peek_visit
from app.store.working_notes import drop_working_note
from app.visits.call import in_call_now
from app.visits.states import UNFINISHED, Act, VisitState

END_MEETING = "end_meeting"


def finish_visit(
    rooms: Rooms, session: SessionView, visit_id: str, *, end_for_all: bool, note: NoteDraft | None = None
) -> None:
    """The visit is finished, and the chart is owed that, with the note. Raises VisitUnknown or IllegalMove.

    The call is ended if the host alone is in it and no other unfinished visit uses it, or if `end_for_all`
    says so; ending is promised, and its failure does not hold up the finish. No meeting is deleted.
    """
    summary = summary_of(rooms, visit_id)
    with telling(rooms) as told:
        visit = held(told, visit_id)
        close(told, visit, Act.FINISH, session)
        owe_stage(rooms, told, visit, session, "fulfilled")
        if note is not None and file_note(rooms, told, visit, session, summary, note):
            drop_working_note(told.tx, visit_id, session.staff_id)
        told.tx.flush()
        meeting = active_meeting(told.tx, visit.id)
        if meeting is None or not (end_for_all or _only_the_host_is_left(told.tx, meeting.id)):
            return
        _promise_the_end(rooms, told, session, visit_id, meeting.id)


def _only_the_host_is_left(tx: Session, meeting_id: str) -> bool:
    if set(in_call_now(facts_of_meeting(tx, meeting_id))) != {HOST}:
        return False
    others = (peek_visit(tx, visit_id) for visit_id in visits_of(tx, meeting_id))
    return not any(visit and VisitState(visit.state) in UNFINISHED for visit in others)


def _promise_the_end(
    rooms: Rooms, told: Telling, session: SessionView, visit_id: str, meeting_id: str
) -> None:
    row_id = rooms.random.token()
    owed = Promise(row_id, f"{END_MEETING}:{row_id}", visit_id, END_MEETING, meeting_id)
    promise(told.tx, owed, told.now, session.staff_id)
