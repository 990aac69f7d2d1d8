"""A person's own way into a meeting is closed at the video service, too."""

from app.models import Meeting
from app.ports import Rooms
from app.services.owed import NotNeeded
from app.store.outbox import Claim
from app.visits.states import MeetingState

KIND = "take_pass_back"
OVER = (MeetingState.CLOSED, MeetingState.FAILED)


def deliver_pass_back(rooms: Rooms, owed: Claim) -> str | None:
    """Raises NotNeeded where the meeting lets nobody in any more, or the vendor's error."""
    with rooms.db.read() as tx:
        meeting = tx.get(Meeting, owed.subject)
    if meeting is None or meeting.room_id is None or owed.channel is None or meeting.state in OVER:
        raise NotNeeded
    rooms.video_of(meeting.vendor).take_back(meeting.room_id, owed.channel)
    return None
