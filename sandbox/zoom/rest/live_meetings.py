"""What can be done to a meeting that is under way; of all that, recordings and the words of its waiting room.

https://developers.zoom.us/docs/api/meetings/#tag/in-meeting-features/PATCH/live_meetings/{meetingId}/events
"""

from sandbox.zoom import refusals
from sandbox.zoom.gate import Answer, Call
from sandbox.zoom.state import Meeting
from sandbox.zoom.world import World


def control(world: World, call: Call) -> Answer:
    """``inMeetingControl``: only while the meeting is live, and of its methods only these."""
    meeting_id = int(call.path["meeting_id"])
    meeting = world.meeting(meeting_id)
    if meeting is None:
        raise refusals.not_found(meeting_id)
    if not meeting.instance.live:
        raise refusals.not_live()
    match call.body.get("method"):
        case "recording.start":
            world.cloud.begin(meeting)
        case "recording.stop":
            world.cloud.end(meeting)
        case "waiting_room.update":
            _say(meeting, call.body.get("params"))
        case _:
            raise refusals.validation_failed(("method", "Not simulated here."))
    return 202, None


def _say(meeting: Meeting, params: object) -> None:
    if isinstance(params, dict) and "waiting_room_description" in params:
        meeting.instance.waiting_words = str(params["waiting_room_description"])
