"""Nobody is let into a call that records them against their word."""

import structlog

from app.errors.recording import RecordingStillOn
from app.models import Meeting
from app.ports import Rooms
from app.services.recording_consent import must_be_off, visits_in_call
from app.services.ring import telling
from app.store.meetings import active_meeting, hold_meeting, visits_of
from app.store.people import find_by_link
from app.visits.recording import OFF

log = structlog.get_logger()


def keep_unrecorded(rooms: Rooms, token: str) -> None:
    """Switch off what the meeting of this link records by itself, where somebody of it has not agreed since.

    Calls the vendor only then. Raises RecordingStillOn if it cannot be done: better late than recorded.
    """
    if not any(site.asks_about_recording for site in rooms.sites.all()):
        return
    meeting = _recording_against_their_word(rooms, token)
    if meeting is None or meeting.room_id is None:
        return
    try:
        host_id = meeting.host_id or meeting.host_key
        is_off = rooms.video_of(meeting.vendor).stop_recording(meeting.room_id, host_id)
    except Exception as fault:
        log.warning("recording_not_stopped", error=type(fault).__name__)
        raise RecordingStillOn from None
    if not is_off:
        # The next run would be recorded again, so the next click asks again.
        return
    with telling(rooms) as told:
        held = hold_meeting(told.tx, meeting.id)
        if held is not None:
            held.recording = OFF
            for visit_id in visits_of(told.tx, meeting.id):
                told.tell(visit_id, "meeting")


def _recording_against_their_word(rooms: Rooms, token: str) -> Meeting | None:
    with rooms.db.read() as tx:
        _person, visit_id = find_by_link(tx, token) or (None, "")
        meeting = active_meeting(tx, visit_id)
        if meeting is None or meeting.recording == OFF:
            return None
        return meeting if must_be_off(rooms, tx, visits_in_call(tx, meeting.id)) else None
