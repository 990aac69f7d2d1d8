"""Creates whose answer was lost are settled by looking, also if nobody presses Start again."""

from datetime import timedelta

import structlog

from app.ports import Rooms
from app.services.ensure_meeting import settle_meeting
from app.store.polling import claim_look, meetings_left_in_creating

log = structlog.get_logger()
MOST_AT_ONCE = 2
# A create that is under way is done by then.
LEFT_ALONE_FOR = timedelta(seconds=30)
AGAIN_AFTER = timedelta(minutes=1)


def settle_meetings(rooms: Rooms) -> int:
    """Settle a few. How many there were."""
    now = rooms.clock.now()
    with rooms.db.read() as tx:
        left = meetings_left_in_creating(tx, rooms.vendors, now - LEFT_ALONE_FOR, now, MOST_AT_ONCE)
    for meeting_id, visit_id in left:
        with rooms.db.write() as tx:
            mine = claim_look(tx, meeting_id, now, now + AGAIN_AFTER)
        try:
            if mine:
                settle_meeting(rooms, visit_id)
        except Exception as fault:
            log.warning("meeting_not_settled", error=type(fault).__name__)
    return len(left)
