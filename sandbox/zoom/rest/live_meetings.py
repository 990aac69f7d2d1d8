"""What can be done to a meeting that is under way; of all that, the words of its waiting room.

https://developers.zoom.us/docs/api/meetings/#tag/in-meeting-features/PATCH/live_meetings/{meetingId}/events
"""

from sandbox.zoom import refusals
from sandbox.zoom.gate import Answer, Call
from sandbox.zoom.world import World

WAITING_ROOM = "waiting_room.update"


def control(world: World, call: Call) -> Answer:
    """``inMeetingControl``: only while the meeting is live, and only ``waiting_room.update``."""
    meeting_id = int(call.path["meeting_id"])
    meeting = world.meeting(meeting_id)
    if meeting is None:
        raise refusals.not_found(meeting_id)
    if not meeting.instance.live:
        raise refusals.not_live()
    if call.body.get("method") != WAITING_ROOM:
        raise refusals.validation_failed(("method", "Only waiting_room.update is simulated."))
    params = call.body.get("params")
    told = params if isinstance(params, dict) else {}
    if "waiting_room_description" in told:
        meeting.instance.waiting_words = str(told["waiting_room_description"])
    return 202, None
