"""What a person decides about a write: try it again, give it up, or say what they found in the chart."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from app.errors.visit import ReasonMissing
from app.errors.writes import WriteSettled, WriteUnknown
from app.models import OutboxRow, Visit
from app.ports import Rooms
from app.services.ring import telling
from app.signin.roles import Level, may
from app.signin.session_view import SessionView
from app.store.outbox import hold_row
from app.store.sessions import was_granted
from app.store.visits import peek_visit
from app.visits.deeds import Deed
from app.visits.states import WriteState

ENDED = (WriteState.REJECTED, WriteState.GIVEN_UP)
# What can be given up: it waits, nobody knows, or it was refused and would stay on the list.
UNDECIDED = (WriteState.PENDING, WriteState.UNKNOWN, WriteState.NEEDS_SIGN_IN, WriteState.REJECTED)


def retry_write(rooms: Rooms, session: SessionView, row_id: str) -> str:
    """Send it again, now. The visit's id. Raises WriteUnknown or WriteSettled."""

    def again(row: OutboxRow, now: datetime) -> None:
        if row.state not in (*ENDED, WriteState.PENDING):
            raise WriteSettled
        row.state, row.due_at, row.refused = WriteState.PENDING, now, ""
        row.attempts = row.looks = 0
        row.error_code = row.settled_at = row.look_at = row.rung = None

    return _decided(rooms, session, row_id, Deed.RETRY_WRITE, again)


def give_up_write(rooms: Rooms, session: SessionView, row_id: str, reason: str) -> str:
    """It is not to be sent any more. Raises ReasonMissing, WriteUnknown or WriteSettled."""
    if not reason.strip():
        raise ReasonMissing

    def no_more(row: OutboxRow, now: datetime) -> None:
        if row.state not in UNDECIDED:
            raise WriteSettled
        row.state, row.settled_at, row.look_at = WriteState.GIVEN_UP, now, None
        row.reason = reason.strip()

    return _decided(rooms, session, row_id, Deed.GIVE_UP_WRITE, no_more)


def settle_by_hand(rooms: Rooms, session: SessionView, row_id: str, *, is_there: bool) -> str:
    """Somebody looked into the chart: it is there, or it is not and goes out again.

    Raises WriteUnknown or WriteSettled.
    """

    def as_seen(row: OutboxRow, now: datetime) -> None:
        if row.state != WriteState.UNKNOWN:
            raise WriteSettled
        row.look_at, row.error_code = None, None
        if is_there:
            row.state, row.settled_at, row.confirmed_at = WriteState.WRITTEN, now, now
        else:
            row.state, row.due_at, row.looks = WriteState.PENDING, now, 0

    return _decided(rooms, session, row_id, Deed.SETTLE_WRITE, as_seen)


def _decided(
    rooms: Rooms,
    session: SessionView,
    row_id: str,
    deed: Deed,
    decide: Callable[[OutboxRow, datetime], None],
) -> str:
    with telling(rooms) as told:
        row = hold_row(told.tx, row_id)
        if row is None or not may_decide(told.tx, session, row):
            raise WriteUnknown
        decide(row, told.now)
        row.decided_by = session.staff_id
        told.note(session, deed, row.visit_id, write=row.id, state=row.state)
        told.tell(row.visit_id, "state")
        return row.visit_id


def may_decide(tx: Session, session: SessionView, row: OutboxRow) -> bool:
    """Whether it is in their name, or they may act on the visit: a launch only on those that it may open."""
    if row.staff_id is not None and row.staff_id == session.staff_id:
        return True
    visit = peek_visit(tx, row.visit_id)
    return visit is not None and may_open(tx, session, visit, "act")


def may_open(tx: Session, session: SessionView, visit: Visit, level: Level) -> bool:
    """As `check_visit`, in a transaction of the caller's."""
    granted = session.kind == "local" or was_granted(tx, session.id, visit.id)
    return granted and may(session.roles, level, visit.site, visit.department)
