"""Recordings that began and were never told to be complete are asked for: a delivery may have been lost."""

from datetime import timedelta

import structlog

from app.ports import Rooms
from app.services.keep_recording import keep_recording
from app.services.ring import telling
from app.store.meetings import hold_meeting
from app.store.recordings import incomplete_recordings

log = structlog.get_logger()
# A recording is ready about as long after the call as the call was; sometimes it takes a day.
SOONEST, LATEST = timedelta(minutes=30), timedelta(days=2)
MOST = 20


def look_for_recordings(rooms: Rooms) -> int:
    """Ask the vendor once for each; how many were complete. One that fails holds up no other."""
    now = rooms.clock.now()
    with rooms.db.read() as tx:
        waiting = incomplete_recordings(tx, now - LATEST, now - SOONEST, MOST)
    return sum(_look(rooms, meeting_id, vendor, instance) for meeting_id, vendor, instance in waiting)


def _look(rooms: Rooms, meeting_id: str, vendor: str, instance: str) -> bool:
    try:
        news = rooms.video_of(vendor).recording_now(instance)
    except Exception as fault:
        log.warning("recording_not_asked_for", error=type(fault).__name__)
        return False
    if news is None or not news.files:
        return False
    with telling(rooms) as told:
        meeting = hold_meeting(told.tx, meeting_id)
        return meeting is not None and keep_recording(rooms, told, meeting, news)
