"""Staff tell whoever waits how long it takes. Our own page says it; the video service's room, if it can."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.errors.people import WaitWordsWrong
from app.errors.visit import VisitClosed
from app.models import Visit
from app.ports import Rooms
from app.services.close_visit import held
from app.services.ring import Telling, telling
from app.signin.session_view import SessionView
from app.store.meetings import active_meeting, visits_of
from app.store.outbox import Promise, last_of_kind, promise
from app.store.visits import forget_wait, peek_visit
from app.visits.deeds import Deed
from app.visits.states import UNFINISHED, MeetingState, VisitState, WriteState
from app.visits.wait_words import LATE, LONGEST
from app.visits.writes import NOT_NEEDED

KIND = "waiting_words"
# A second press within this time is the same wish.
SAME_WISH = timedelta(seconds=10)


@dataclass(frozen=True)
class WaitSaid:
    """What whoever waits reads: so many minutes late, or these words, as of then (UTC)."""

    minutes: int | None
    text: str | None = field(repr=False)
    at: datetime


@dataclass(frozen=True)
class SaidThere:
    """Whether the video service's own waiting room says it too."""

    state: WriteState
    error_code: str | None


def wait_said(visit: Visit) -> WaitSaid | None:
    """What the visit's people are told now, if anything."""
    if visit.wait_said_at is None:
        return None
    return WaitSaid(visit.late_minutes, visit.wait_text, visit.wait_said_at)


def said_there(tx: Session, visit: Visit) -> SaidThere | None:
    """What became of it at the video service; None where it was not asked, or has moved on since."""
    row = last_of_kind(tx, visit.id, KIND) if visit.late_minutes is not None else None
    if row is None or visit.wait_said_at is None or row.created_at < visit.wait_said_at:
        return None
    if row.error_code == NOT_NEEDED:
        return None
    return SaidThere(WriteState(row.state), row.error_code)


def say_wait(rooms: Rooms, session: SessionView, visit_id: str, minutes: int | None, text: str) -> None:
    """Tell them: `minutes`, one of LATE, or a text. Raises VisitUnknown, VisitClosed or WaitWordsWrong."""
    text = " ".join(text.split())
    is_late = minutes in LATE and not text
    is_told = minutes is None and 0 < len(text) <= LONGEST and text.isprintable()
    if not (is_late or is_told):
        raise WaitWordsWrong
    with telling(rooms) as told:
        visit = _unfinished(told, visit_id)
        before = wait_said(visit)
        same = before is not None and (before.minutes, before.text) == (minutes, text or None)
        if same and before is not None and told.now - before.at < SAME_WISH:
            return
        visit.late_minutes, visit.wait_text, visit.wait_said_at = minutes, text or None, told.now
        _changed(rooms, told, session, visit, "minutes" if is_late else "words")


def take_wait_back(rooms: Rooms, session: SessionView, visit_id: str) -> None:
    """They are told nothing any more. Raises VisitUnknown or VisitClosed."""
    with telling(rooms) as told:
        visit = _unfinished(told, visit_id)
        if visit.wait_said_at is not None:
            forget_wait(visit)
            _changed(rooms, told, session, visit, "nothing")


def _unfinished(told: Telling, visit_id: str) -> Visit:
    visit = held(told, visit_id)
    if VisitState(visit.state) not in UNFINISHED:
        raise VisitClosed
    return visit


def _changed(rooms: Rooms, told: Telling, session: SessionView, visit: Visit, what: str) -> None:
    told.tell(visit.id, "state")
    told.note(session, Deed.SAY_WAIT, visit.id, what=what)
    told.tx.flush()
    meeting = active_meeting(told.tx, visit.id)
    if meeting is None or meeting.state != MeetingState.LIVE or not _is_alone(told, meeting.id):
        return
    # Words of ours stand there only if minutes were said during this call.
    if visit.late_minutes is None and last_of_kind(told.tx, visit.id, KIND) is None:
        return
    row = rooms.random.token()
    promise(told.tx, Promise(row, f"{KIND}:{row}", visit.id, KIND, meeting.id, lane=KIND), told.now)


def _is_alone(told: Telling, meeting_id: str) -> bool:
    """Everybody in a waiting room reads the same words: those of one visit are not for another's people."""
    served = (peek_visit(told.tx, visit_id) for visit_id in visits_of(told.tx, meeting_id))
    return len([visit for visit in served if visit and VisitState(visit.state) in UNFINISHED]) == 1
