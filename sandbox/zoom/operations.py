"""The operations of Zoom's API that are simulated: path, scopes, rate-limit label, query and body.

https://developers.zoom.us/docs/api/meetings/, https://developers.zoom.us/docs/api/users/ and, for the
dashboards, https://developers.zoom.us/docs/api/accounts/
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox.zoom.fields import Table

_TEXT: Table = {"type": "string"}
_FLAG: Table = {"type": "boolean"}
_NUMBER: Table = {"type": "integer", "minimum": 1}
_PAGES: Mapping[str, Table] = {
    "page_size": {"type": "integer", "minimum": 1, "maximum": 300},
    "next_page_token": _TEXT,
}
_NUMBERED_PAGES: Mapping[str, Table] = {**_PAGES, "page_number": _NUMBER}


@dataclass(frozen=True)
class Operation:
    """One operation. ``scopes`` are the granular ones, any of which will do, as will any of ``classic``."""

    id: str
    method: str
    path: str
    scopes: tuple[str, ...]
    classic: tuple[str, ...]
    category: str = "Light"
    query: Mapping[str, Table] = field(default_factory=dict)
    takes_body: bool = False

    def allowed_by(self, granted: list[str]) -> bool:
        """Whether a token with these scopes may call it."""
        return any(scope in granted for scope in (*self.scopes, *self.classic))


def _granular(scope: str) -> tuple[str, ...]:
    return (scope, f"{scope}:admin")


_READ_MEETING = ("meeting:read:admin", "meeting:read")
_WRITE_MEETING = ("meeting:write:admin", "meeting:write")
_READ_USER = ("user:read:admin", "user:read", "user:write:admin", "user:write")
_OCCURRENCE: Mapping[str, Table] = {"occurrence_id": _TEXT}

OPERATIONS = (
    Operation(
        "meetings",
        "GET",
        "/users/<user_id>/meetings",
        _granular("meeting:read:list_meetings"),
        _READ_MEETING,
        "Medium",
        {
            **_NUMBERED_PAGES,
            "type": {
                "type": "string",
                "enum": ["scheduled", "live", "upcoming", "upcoming_meetings", "previous_meetings"],
            },
            "from": {"type": "string", "format": "date"},
            "to": {"type": "string", "format": "date"},
            "timezone": _TEXT,
        },
    ),
    Operation(
        "meetingCreate",
        "POST",
        "/users/<user_id>/meetings",
        _granular("meeting:write:meeting"),
        _WRITE_MEETING,
        takes_body=True,
    ),
    Operation(
        "meeting",
        "GET",
        "/meetings/<meeting_id>",
        _granular("meeting:read:meeting"),
        _READ_MEETING,
        query={**_OCCURRENCE, "show_previous_occurrences": _FLAG},
    ),
    Operation(
        "meetingUpdate",
        "PATCH",
        "/meetings/<meeting_id>",
        _granular("meeting:update:meeting"),
        _WRITE_MEETING,
        query=_OCCURRENCE,
        takes_body=True,
    ),
    Operation(
        "meetingDelete",
        "DELETE",
        "/meetings/<meeting_id>",
        _granular("meeting:delete:meeting"),
        _WRITE_MEETING,
        query={**_OCCURRENCE, "schedule_for_reminder": _FLAG, "cancel_meeting_reminder": _FLAG},
    ),
    Operation(
        "meetingStatus",
        "PUT",
        "/meetings/<meeting_id>/status",
        _granular("meeting:update:status"),
        _WRITE_MEETING,
        takes_body=True,
    ),
    Operation(
        "meetingRegistrantCreate",
        "POST",
        "/meetings/<meeting_id>/registrants",
        _granular("meeting:write:registrant"),
        _WRITE_MEETING,
        query={"occurrence_ids": _TEXT},
        takes_body=True,
    ),
    Operation(
        "meetingRegistrants",
        "GET",
        "/meetings/<meeting_id>/registrants",
        _granular("meeting:read:list_registrants"),
        _READ_MEETING,
        "Medium",
        {
            **_NUMBERED_PAGES,
            **_OCCURRENCE,
            "status": {"type": "string", "enum": ["pending", "approved", "denied"]},
        },
    ),
    Operation(
        "meetingRegistrantStatus",
        "PUT",
        "/meetings/<meeting_id>/registrants/status",
        _granular("meeting:update:registrant_status"),
        _WRITE_MEETING,
        "Medium",
        query=_OCCURRENCE,
        takes_body=True,
    ),
    Operation(
        "inMeetingControl",
        "PATCH",
        "/live_meetings/<meeting_id>/events",
        _granular("meeting:update:in_meeting_controls"),
        _WRITE_MEETING,
        "Medium",
        takes_body=True,
    ),
    Operation(
        "recordingGet",
        "GET",
        "/meetings/<past_id>/recordings",
        (
            "cloud_recording:read:list_recording_files:master",
            *_granular("cloud_recording:read:list_recording_files"),
        ),
        ("recording:read",),
        query={
            "include_fields": _TEXT,
            "ttl": {"type": "integer", "minimum": 0, "maximum": 604_800},
        },
    ),
    Operation(
        "pastMeetingDetails",
        "GET",
        "/past_meetings/<past_id>",
        _granular("meeting:read:past_meeting"),
        _READ_MEETING,
    ),
    Operation(
        "pastMeetings",
        "GET",
        "/past_meetings/<past_id>/instances",
        _granular("meeting:read:list_past_instances"),
        _READ_MEETING,
        "Medium",
    ),
    Operation(
        "pastMeetingParticipants",
        "GET",
        "/past_meetings/<past_id>/participants",
        _granular("meeting:read:list_past_participants"),
        _READ_MEETING,
        "Medium",
        _PAGES,
    ),
    Operation(
        "dashboardMeetingParticipants",
        "GET",
        "/metrics/meetings/<past_id>/participants",
        ("dashboard:read:list_meeting_participants:admin",),
        ("dashboard_meetings:read:admin", "dashboard:read:admin"),
        "Heavy",
        {
            **_PAGES,
            "type": {"type": "string", "enum": ["past", "pastOne", "live"]},
            "include_fields": {"type": "string", "enum": ["registrant_id"]},
        },
    ),
    Operation(
        "users",
        "GET",
        "/users",
        ("user:read:list_users:admin",),
        _READ_USER,
        "Medium",
        {
            "page_size": {"type": "integer", "minimum": 1, "maximum": 2000},
            "next_page_token": _TEXT,
            "status": {"type": "string", "enum": ["active", "inactive", "pending"]},
            "role_id": _TEXT,
            "include_fields": {"type": "string", "enum": ["custom_attributes", "host_key"]},
        },
    ),
    Operation(
        "user",
        "GET",
        "/users/<user_id>",
        _granular("user:read:user"),
        (*_READ_USER, "user_profile"),
        query={"encrypted_email": _FLAG, "search_by_unique_id": _FLAG},
    ),
    Operation(
        "userToken",
        "GET",
        "/users/<user_id>/token",
        _granular("user:read:token"),
        (*_READ_USER, "user_profile"),
        query={
            "type": {"type": "string", "enum": ["token", "zak", "onbehalf"]},
            "ttl": {"type": "integer", "minimum": 0, "maximum": 31_536_000},
            "meeting_id": _TEXT,
        },
    ),
)

GRANTED = tuple(scope for operation in OPERATIONS for scope in operation.scopes if scope.endswith(":admin"))
