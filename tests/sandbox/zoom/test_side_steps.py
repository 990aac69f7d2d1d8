"""Steps beside coming and going: each sends the event that Zoom documents, in the schema's shape."""

import json

import pytest

from tests.sandbox.zoom.test_spec import hold, spec
from zoom_bridge.events import facts_of, parse_event
from zoom_bridge.notes import notes_of

__all__ = ["spec"]

# It requires a `join_time` that it does not allow.
CONTRADICTS_ITSELF = {"meeting.participant_bind"}
STEPS = [
    ("meeting.alert", {"do": "alert", "issues": ["Call Reconnection"]}),
    ("meeting.participant_role_changed", {"do": "change_role", "role": "co-host"}),
    ("meeting.participant_bind", {"do": "bind_phone"}),
    ("meeting.device_tested", {"do": "test_devices", "results": {"camera": 1}}),
    ("meeting.participant_joined_breakout_room", {"do": "to_breakout_room"}),
    ("meeting.participant_left_breakout_room", {"do": "from_breakout_room"}),
    *(
        (f"recording.{what}", {"do": "record", "what": what})
        for what in ("started", "paused", "resumed", "stopped")
    ),
    ("meeting.updated", {"do": "edit_meeting", "settings": {"waiting_room": False}}),
]


@pytest.fixture
def call(zoom, visit):
    """The host is in the call; what names it."""
    zoom.do("host_starts", start_url=visit["start_url"])
    return {"start_url": visit["start_url"], "meeting": str(visit["id"])}


@pytest.mark.parametrize("example", [False, True])
def test_each_event_is_as_documented_and_understood(zoom, hook, call, spec, example):
    if example:
        zoom.broken("webhook_shape", shape="example")
    for event, step in STEPS:
        zoom.sim(step | call)
        zoom.drain()

        (raw, body) = next((raw, body) for _, raw, body in reversed(hook.got) if body["event"] == event)
        if not example and event not in CONTRADICTS_ITSELF:
            hold(body, spec.event_schema(event), emails=False)
        told = facts_of(parse_event(raw)) or notes_of(raw)
        assert told or event == "meeting.participant_left_breakout_room", event


def test_a_phone_comes_in_before_it_is_anybodys(zoom, hook, call):
    zoom.sim({"do": "bind_phone"} | call)
    zoom.drain()

    assert hook.events[-2:] == ["meeting.participant_joined", "meeting.participant_bind"]
    joined, bound = (json.loads(raw)["payload"]["object"]["participant"] for _, raw, _ in hook.got[-2:])
    assert joined["participant_uuid"] == bound["participant_uuid"] != bound["bind_participant_uuid"]


def test_somebody_deletes_a_meeting_that_is_not_under_way(zoom, hook, visit):
    meeting = str(visit["id"])
    zoom.sim({"do": "delete_meeting", "meeting": meeting})
    zoom.drain()

    assert hook.events[-1] == "meeting.deleted"
    zoom.sim({"do": "delete_meeting", "meeting": meeting}, status=422)


@pytest.mark.parametrize(
    "step",
    [
        {"do": "alert", "issues": ["Rain"]},
        {"do": "change_role", "role": "king"},
        {"do": "record", "what": "forgotten"},
        {"do": "edit_meeting", "settings": {}},
        {"do": "delete_meeting"},
    ],
)
def test_what_zoom_does_not_know_is_refused(zoom, call, step):
    zoom.sim(step | call, status=422)
