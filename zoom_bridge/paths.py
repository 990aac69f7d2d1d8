"""Paths of the API, safe for any id."""

from urllib.parse import quote

from zoom_bridge.errors import ZoomMeetingUnknown, ZoomUserUnknown
from zoom_bridge.ids import HostId, MeetingId, MeetingUuid


def user_path(user: HostId) -> str:
    """Raises ZoomUserUnknown for what would reach another address: nothing, dots, or `me`.

    A Server-to-Server app acts as the account's owner and must not use `me`:
    https://developers.zoom.us/docs/api/using-zoom-apis/
    """
    if user.strip().casefold() in ("", ".", "..", "me"):
        raise ZoomUserUnknown
    return f"/users/{quote(user.strip(), safe='')}"


def meeting_path(meeting: MeetingId) -> str:
    """Raises ZoomMeetingUnknown for what is no meeting's number."""
    if not (meeting.isascii() and meeting.isdigit()):
        raise ZoomMeetingUnknown
    return f"/meetings/{meeting}"


def live_meeting_path(meeting: MeetingId) -> str:
    """Raises ZoomMeetingUnknown for what is no meeting's number."""
    return f"{meeting_path(meeting).replace('/meetings/', '/live_meetings/')}/events"


def dashboard_path(meeting: MeetingId) -> str:
    """Raises ZoomMeetingUnknown for what is no meeting's number."""
    return f"/metrics{meeting_path(meeting)}"


def past_dashboard_path(uuid: MeetingUuid) -> str:
    """Of one run that is over. Raises ZoomMeetingUnknown."""
    return past_meeting_path(uuid).replace("/past_meetings/", "/metrics/meetings/", 1)


def past_instances_path(meeting: MeetingId) -> str:
    """Raises ZoomMeetingUnknown for what is no meeting's number."""
    return f"{meeting_path(meeting).replace('/meetings/', '/past_meetings/')}/instances"


def past_meeting_path(uuid: MeetingUuid) -> str:
    """A uuid that begins with a slash or holds two in a row is encoded twice, as Zoom wants it."""
    if uuid in ("", ".", ".."):
        raise ZoomMeetingUnknown
    once = quote(uuid, safe="")
    return f"/past_meetings/{quote(once, safe='') if uuid.startswith('/') or '//' in uuid else once}"


def recording_path(uuid: MeetingUuid) -> str:
    """Of one run. Raises ZoomMeetingUnknown."""
    return f"{past_meeting_path(uuid).replace('/past_meetings/', '/meetings/', 1)}/recordings"
