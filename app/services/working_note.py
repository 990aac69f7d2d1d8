"""What a provider types for a note is kept while they type: no closed page or ended sign-in loses it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.errors.visit import VisitClosed, VisitUnknown
from app.errors.writes import NoteChangedElsewhere, NoteTooLong
from app.models import WorkingNote
from app.ports import Rooms
from app.services.visit_note import MOST_CHARACTERS
from app.signin.session_view import SessionView
from app.store.visits import hold_visit
from app.store.working_notes import find_working_note, forget_working_notes, keep_working_note
from app.visits.states import UNFINISHED, VisitState

KEPT_FOR = timedelta(days=7)
UNSAVED = 0


@dataclass(frozen=True)
class TypedNote:
    """A text as it was last kept. `revision` 0: none was kept yet."""

    text: str | None = field(default=None, repr=False)
    revision: int = UNSAVED
    saved_at: datetime | None = None


def typed_note(rooms: Rooms, session: SessionView, visit_id: str) -> TypedNote:
    """What this person has typed for the visit so far."""
    with rooms.db.read() as tx:
        return _typed(find_working_note(tx, visit_id, session.staff_id))


def save_typed_note(rooms: Rooms, session: SessionView, visit_id: str, text: str, revision: int) -> TypedNote:
    """Keep the text of a page that knew this revision.

    The same text again changes nothing, so that an answer that was lost does no harm. Raises
    NoteChangedElsewhere if another window kept another text since, VisitClosed, VisitUnknown or NoteTooLong.
    """
    text = "\n".join(text.split("\r\n"))
    if len(text) > MOST_CHARACTERS:
        raise NoteTooLong
    now = rooms.clock.now()
    with rooms.db.write() as tx:
        visit = hold_visit(tx, visit_id)
        if visit is None:
            raise VisitUnknown
        if VisitState(visit.state) not in UNFINISHED:
            raise VisitClosed
        before = _typed(find_working_note(tx, visit_id, session.staff_id))
        if before.text == text:
            return before
        if before.revision != revision:
            raise NoteChangedElsewhere
        keep_working_note(tx, visit_id, session.staff_id, text, revision + 1, now)
    return TypedNote(text, revision + 1, now)


def forget_typed_notes(rooms: Rooms) -> None:
    """What was not let go within a week of the last stroke will not be."""
    with rooms.db.write() as tx:
        forget_working_notes(tx, rooms.clock.now() - KEPT_FOR)


def _typed(row: WorkingNote | None) -> TypedNote:
    return TypedNote(row.text, row.revision, row.saved_at) if row else TypedNote()
