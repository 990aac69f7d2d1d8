"""Cloud recordings of a run.

https://developers.zoom.us/docs/api/meetings/#tag/cloud-recording/GET/meetings/{meetingId}/recordings
"""

import secrets
from datetime import timedelta

from sandbox.zoom import recordings, refusals
from sandbox.zoom.gate import Answer, Call
from sandbox.zoom.rest.past_meetings import ended_run
from sandbox.zoom.state import Instance, Meeting
from sandbox.zoom.world import World

TOKEN_FIELD = "download_access_token"  # noqa: S105  # a name of Zoom's
USUAL_SECONDS = 24 * 3600


def recordings_of_run(world: World, call: Call) -> Answer:
    """``recordingGet``: of a run by its uuid, or of the last one by the meeting's id."""
    meeting, instance = _recorded(world, call)
    token = secrets.token_urlsafe(48)
    life = timedelta(seconds=call.number("ttl", USUAL_SECONDS))
    addresses = world.cloud.addresses(instance, token, life)
    body = recordings.answered(meeting, instance, addresses, world.config.account_id)
    if call.text("include_fields") == TOKEN_FIELD:
        body[TOKEN_FIELD] = token
    return 200, body


def _recorded(world: World, call: Call) -> tuple[Meeting, Instance]:
    try:
        meeting, instance = ended_run(world, call)
    except refusals.Refusal:
        raise refusals.no_recording() from None
    if not instance.recordings:
        raise refusals.no_recording()
    return meeting, instance
