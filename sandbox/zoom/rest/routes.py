"""Puts each operation behind its gate under ``/v2``."""

import re
from collections.abc import Mapping

from flask import Flask, Response, request

from sandbox.zoom import refusals
from sandbox.zoom.gate import Gate, View, refused
from sandbox.zoom.marketplace import MARKETPLACE
from sandbox.zoom.operations import OPERATIONS
from sandbox.zoom.rest import (
    dashboards,
    live_meetings,
    meetings,
    past_meetings,
    recordings,
    registrants,
    subscriptions,
    users,
)
from sandbox.zoom.world import World

VIEWS: Mapping[str, View] = {
    "meetings": meetings.list_meetings,
    "meetingCreate": meetings.create_meeting,
    "meeting": meetings.get_meeting,
    "meetingUpdate": meetings.update_meeting,
    "meetingDelete": meetings.delete_meeting,
    "meetingStatus": meetings.change_status,
    "meetingRegistrantCreate": registrants.create_registrant,
    "meetingRegistrants": registrants.list_registrants,
    "meetingRegistrantStatus": registrants.change_status,
    "inMeetingControl": live_meetings.control,
    "recordingGet": recordings.recordings_of_run,
    "pastMeetingDetails": past_meetings.past_meeting,
    "pastMeetings": past_meetings.past_instances,
    "pastMeetingParticipants": past_meetings.past_participants,
    "dashboardMeetingParticipants": dashboards.participants,
    "users": users.list_users,
    "user": users.get_user,
    "userToken": users.get_token,
    **subscriptions.VIEWS,
}
SERVED = (*OPERATIONS, *MARKETPLACE)
_BY_UUID = re.compile(r"/v2/(past_meetings|metrics/meetings|meetings)/([^/]+)(/\w+)?")
_OPERATIONS_BY_UUID = {
    ("past_meetings", None): "pastMeetingDetails",
    ("past_meetings", "/instances"): "pastMeetings",
    ("past_meetings", "/participants"): "pastMeetingParticipants",
    ("metrics/meetings", "/participants"): "dashboardMeetingParticipants",
    ("meetings", "/recordings"): "recordingGet",
}


def install_rest(app: Flask, world: World) -> None:
    """Serve all operations; any other path under ``/v2`` is refused as Zoom does."""
    app.url_map.merge_slashes = False  # a decoded uuid may contain two
    gates = {operation.id: Gate(world, operation, VIEWS[operation.id]) for operation in SERVED}

    def other(rest: str) -> Response:
        # The server has undone one layer of percent signs in the path; a uuid needs them all.
        found = _BY_UUID.fullmatch(_sent_path())
        wanted = _OPERATIONS_BY_UUID.get((found[1], found[3])) if found else None
        if found is None or wanted is None or request.method != "GET":
            return refused(refusals.unknown_endpoint())
        return gates[wanted](past_id=found[2])

    for operation in SERVED:
        if operation.id not in _OPERATIONS_BY_UUID.values():
            rule = f"/v2{operation.path}"
            app.add_url_rule(rule, operation.id, gates[operation.id], methods=[operation.method])
    methods = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    app.add_url_rule("/v2/<path:rest>", "other", other, methods=methods)


def _sent_path() -> str:
    target: str = request.environ.get("REQUEST_URI", "")
    return target.partition("?")[0]
