"""What we send and what we expect, held against Zoom's own OpenAPI files."""

import json
from datetime import datetime
from itertools import product

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from zoom_bridge.hosts import UserStatus, ZoomUser
from zoom_bridge.ids import HostId, MeetingId, MeetingUuid, RegistrantId
from zoom_bridge.meetings import Meeting, MeetingList, MeetingSummary
from zoom_bridge.participants import LiveParticipant, PastMeeting, PastParticipant
from zoom_bridge.recordings import recording_of_answer
from zoom_bridge.registrants import Registrant, RegistrantOrder

FORMATS = FormatChecker(formats=("email",))
MEETING, HOST, RUN = MeetingId("92674392836"), HostId("d.lee@clinic.example"), MeetingUuid("a==")


@FORMATS.checks("date-time", raises=ValueError)
def _is_instant(value):
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def breaches(value, schema):
    Draft202012Validator.check_schema(schema)
    checked = Draft202012Validator(schema, format_checker=FORMATS).iter_errors(value)
    return [f"{'.'.join(map(str, error.path))}: {error.message}" for error in checked]


POLICIES = [
    {"waiting_room": room, "recording": recording, "chat": chat, "summary": summary}
    for room, recording, chat, summary in product(
        (True, False), ("none", "local", "cloud"), (True, False), (True, False)
    )
]


@pytest.mark.parametrize("policy", POLICIES)
def test_an_order_of_any_policy_is_one_that_zoom_documents(specification, order, policy):
    body = order(**policy).as_json()

    assert breaches(body, specification.request("meetingCreate")) == []


def test_an_order_with_alternative_hosts_is_one_that_zoom_documents(specification, order):
    body = order(alternative_hosts=("u-1", "d.lee@clinic.example")).as_json()

    assert body["settings"]["alternative_hosts"] == "u-1;d.lee@clinic.example"
    assert breaches(body, specification.request("meetingCreate")) == []


def test_the_check_of_a_request_sees_an_unknown_field_and_a_wrong_type(specification, order):
    body = json.loads(json.dumps(order().as_json()))
    body["settings"] |= {"wating_room": True, "approval_type": "0"}

    found = breaches(body, specification.request("meetingCreate"))

    assert any("'wating_room' was unexpected" in breach for breach in found)
    assert any("settings.approval_type: '0' is not of type" in breach for breach in found)


@pytest.mark.parametrize("language", [None, "en", "es-MX", "zh-Hant", "pt-BR", "tr", "ja", "so"])
def test_a_registration_is_one_that_zoom_documents(specification, language):
    body = RegistrantOrder("k7q2@visits.example", "Patient K7Q2", language).as_json()

    assert breaches(body, specification.request("meetingRegistrantCreate")) == []


def test_ending_a_meeting_is_a_request_that_zoom_documents(specification, zoom, http):
    method, address = specification.address("meetingStatus")
    http.add(method=method, url=address, status=204)

    zoom.end_meeting(MEETING)

    sent = json.loads(http.calls[0].request.body)
    assert breaches(sent, specification.request("meetingStatus")) == []


@pytest.mark.parametrize(
    ("operation", "status", "send"),
    [
        ("meetingRegistrantStatus", 204, lambda zoom: zoom.cancel_registrant(MEETING, RegistrantId("r-1"))),
        ("inMeetingControl", 202, lambda zoom: zoom.update_waiting_room(MEETING, "We are late.")),
        ("inMeetingControl", 202, lambda zoom: zoom.stop_cloud_recording(MEETING)),
        ("meetingUpdate", 204, lambda zoom: zoom.record_nothing(MEETING, HOST)),
    ],
)
def test_what_is_changed_is_a_request_that_zoom_documents(specification, zoom, http, operation, status, send):
    method, address = specification.address(operation)
    http.add(method=method, url=address, status=status)

    send(zoom)

    sent = json.loads(http.calls[0].request.body)
    assert breaches(sent, specification.request(operation)) == []


def test_every_answer_in_these_tests_is_one_that_zoom_documents(specification, answers):
    found = {name: breaches(answer, specification.answer(name)) for name, answer in answers.items()}

    assert found == {name: [] for name in answers}


READERS = {
    "meetingCreate": Meeting.from_json,
    "meeting": Meeting.from_json,
    "meetings": lambda raw: [MeetingSummary.from_json(row) for row in raw["meetings"]],
    "meetingRegistrantCreate": Registrant.from_json,
    "meetingRegistrants": lambda raw: [Registrant.from_row(row) for row in raw["registrants"]],
    "pastMeetingParticipants": lambda raw: [PastParticipant.from_json(row) for row in raw["participants"]],
    "pastMeetingDetails": PastMeeting.from_json,
    "pastMeetings": lambda raw: [PastMeeting.from_json(row) for row in raw["meetings"]],
    "dashboardMeetingParticipants": lambda raw: [
        LiveParticipant.from_json(row) for row in raw["participants"]
    ],
    "recordingGet": recording_of_answer,
    "user": ZoomUser.from_json,
    "users": lambda raw: [ZoomUser.from_row(row, UserStatus.ACTIVE) for row in raw["users"]],
}


def example_of(schema):
    """The example that a schema's own values make."""
    if "allOf" in schema:
        parts = [example_of(part) for part in schema["allOf"]]
        return {name: value for part in parts for name, value in part.items()}
    if "example" in schema:
        return schema["example"]
    if schema.get("type") == "array":
        return [example_of(schema["items"])]
    return {name: example_of(entry) for name, entry in schema.get("properties", {}).items()}


@pytest.mark.parametrize("operation", READERS)
def test_the_documentation_s_own_example_reads(specification, operation):
    example = example_of(specification.answer(operation))

    assert READERS[operation](example)


SENT = {
    "meetingCreate": lambda zoom, order: zoom.create_meeting(HOST, order),
    "meeting": lambda zoom, _: zoom.get_meeting(MEETING),
    "meetings": lambda zoom, _: list(zoom.list_meetings(HOST, MeetingList.UPCOMING)),
    "meetingRegistrantCreate": lambda zoom, _: zoom.add_registrant(
        MEETING, RegistrantOrder("a@b.example", "P")
    ),
    "meetingRegistrants": lambda zoom, _: list(zoom.list_registrants(MEETING)),
    "meetingDelete": lambda zoom, _: zoom.delete_meeting(MEETING),
    "meetingRegistrantStatus": lambda zoom, _: zoom.cancel_registrant(MEETING, RegistrantId("r-1")),
    "inMeetingControl": lambda zoom, _: zoom.update_waiting_room(MEETING, "We are about 10 minutes late."),
    "pastMeetingParticipants": lambda zoom, _: list(zoom.list_past_participants(RUN)),
    "pastMeetingDetails": lambda zoom, _: zoom.get_past_meeting(RUN),
    "pastMeetings": lambda zoom, _: list(zoom.list_past_instances(MEETING)),
    "dashboardMeetingParticipants": lambda zoom, _: list(zoom.list_live_participants(MEETING)),
    "recordingGet": lambda zoom, _: zoom.get_recording(RUN),
    "meetingUpdate": lambda zoom, _: zoom.record_nothing(MEETING, HOST),
    "user": lambda zoom, _: zoom.get_user(HOST),
    "users": lambda zoom, _: zoom.list_users(UserStatus.PENDING, "IAfJX3jsOLW7w3dokmFl84zOa0MAVGyMEB2"),
    "userToken": lambda zoom, _: zoom.get_zak(HOST),
}


@pytest.mark.parametrize("operation", SENT)
def test_every_call_goes_where_zoom_documents_it(specification, zoom, order, answers, http, operation):
    method, address = specification.address(operation)
    http.add(method=method, url=address, json=answers.get(operation, {}))

    SENT[operation](zoom, order())

    sent, documented = http.calls[0].request.params, specification.query(operation)
    assert set(sent) <= set(documented)
    assert [breaches(_typed(sent[name], documented[name]), documented[name]) for name in sent] == [[]] * len(
        sent
    )


def _typed(value, schema):
    return json.loads(value) if schema["type"] in ("integer", "boolean") else value
