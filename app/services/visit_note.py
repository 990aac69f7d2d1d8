"""The note that a visit's provider lets go when they finish it."""

from dataclasses import dataclass, field

from app.errors.writes import NoteTooLong
from app.models import Visit, VisitNote
from app.ports import Rooms
from app.services.chart_errands import NOTE
from app.services.owe_chart import name_of, owe
from app.services.ring import Telling
from app.services.visit_summary import VisitSummary
from app.signin.session_view import SessionView
from app.store.notes import add_note, last_note

# Charts take more; a note that is longer was pasted by mistake.
MOST_CHARACTERS = 20_000


@dataclass(frozen=True)
class NoteDraft:
    """The text as its author left it. `is_draft`: somebody signs it in the EHR."""

    text: str = field(repr=False)
    is_draft: bool = True


def file_note(
    rooms: Rooms, told: Telling, visit: Visit, session: SessionView, summary: VisitSummary, draft: NoteDraft
) -> bool:
    """Owe the chart the note, in the name of the session's person. Tells if it is owed.

    An empty text files nothing, nor does a sign-in that the visit's EHR does not know. A second note of the
    same visit corrects the first. Raises NoteTooLong.
    """
    staff_id, text = name_of(session, visit), "\n".join(draft.text.split("\r\n")).strip()
    if not text or staff_id is None:
        return False
    if len(text) > MOST_CHARACTERS:
        raise NoteTooLong
    note_id, before = rooms.random.token(), last_note(told.tx, visit.id)
    if not owe(
        rooms, told.tx, visit, NOTE, "note", told.now, staff_id=staff_id, occasion=note_id, row_id=note_id
    ):
        return False
    start = summary.first or visit.opened_at or visit.start
    note = VisitNote(
        id=note_id,
        visit_id=visit.id,
        author=session.fhir_user,
        text=text,
        is_draft=draft.is_draft,
        start=start,
        end=max(start, summary.last or told.now),
        written_at=told.now,
        replaces=before.id if before else None,
    )
    add_note(told.tx, note)
    return True
