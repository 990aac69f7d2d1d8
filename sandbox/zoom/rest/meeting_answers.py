"""A meeting as the API answers it."""

from sandbox.zoom.gate import Json
from sandbox.zoom.state import Meeting
from sandbox.zoom.telephony import dial_in_numbers, digits_of
from sandbox.zoom.times import zoom_time
from sandbox.zoom.world import World


def whole_meeting(world: World, meeting: Meeting) -> Json:
    """The meeting with its settings and a fresh ``start_url``."""
    links, host = world.links, world.host(meeting)
    answer: Json = {
        "uuid": meeting.instance.uuid,
        "id": meeting.id,
        "host_id": host.id,
        "host_email": host.email,
        "assistant_id": "",
        "topic": meeting.topic,
        "type": meeting.type,
        "status": "started" if meeting.instance.live else "waiting",
        "start_time": zoom_time(meeting.start),
        "duration": meeting.duration,
        "timezone": meeting.timezone,
        "agenda": meeting.agenda,
        "created_at": zoom_time(meeting.created),
        "start_url": links.start_url(meeting.id, host.id, world.now()),
        "join_url": links.join_url(meeting.id, meeting.password),
        "settings": meeting.settings | dial_in_numbers(world.switches.details("dial_in_numbers")),
        "creation_source": "open_api",
        "pre_schedule": False,
        **meeting.extras,
    }
    if meeting.password:
        answer |= {
            "password": meeting.password,
            "encrypted_password": f"{meeting.password}.1",
            "h323_password": meeting.password,
            "pstn_password": digits_of(meeting),
        }
    if meeting.registers:
        answer["registration_url"] = links.registration_url(meeting.id)
    return answer


def listed_meeting(world: World, meeting: Meeting) -> Json:
    """The meeting as a row of a list."""
    row: Json = {
        "uuid": meeting.instance.uuid,
        "id": meeting.id,
        "host_id": meeting.host_id,
        "topic": meeting.topic,
        "type": meeting.type,
        "start_time": zoom_time(meeting.start),
        "duration": meeting.duration,
        "timezone": meeting.timezone,
        "created_at": zoom_time(meeting.created),
        "join_url": world.links.join_url(meeting.id, meeting.password),
    }
    return {**row, "agenda": meeting.agenda} if meeting.agenda else row
