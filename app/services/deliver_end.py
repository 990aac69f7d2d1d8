"""The end of a call that its finished visit left running."""

from app.models import Meeting, Visit
from app.ports import Rooms
from app.services.owed import NotNeeded
from app.store.outbox import Claim
from app.visits.states import UNFINISHED, VisitState


def deliver_end(rooms: Rooms, owed: Claim) -> str | None:
    """End the call for everyone in it. Raises NotNeeded if the visit was reopened, or the vendor's error."""
    with rooms.db.read() as tx:
        meeting, visit = tx.get(Meeting, owed.subject), tx.get(Visit, owed.visit_id)
    if meeting is None or meeting.room_id is None or visit is None:
        raise NotNeeded
    if VisitState(visit.state) in UNFINISHED:
        raise NotNeeded
    rooms.video_of(meeting.vendor).close(meeting.room_id)
    return None
