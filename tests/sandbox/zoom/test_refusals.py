"""Every operation says no as Zoom does: status, code and text."""

import pytest

from sandbox.zoom.operations import OPERATIONS

AMARA, JONAS = "amara.osei@clinic.example", "jonas.brandt@clinic.example"
INES = "ines.moreau@clinic.example"
PERSON = {"first_name": "Patient K7Q2", "email": "k7q2@guests.example"}
HOST_DAY_TEXT = (
    "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted for this"
    " particular user. You may resume these requests at GMT 00:00:00."
)
PATHS = {
    "meetings": f"/users/{AMARA}/meetings",
    "meetingCreate": f"/users/{AMARA}/meetings",
    "meeting": "/meetings/{id}",
    "meetingUpdate": "/meetings/{id}",
    "meetingDelete": "/meetings/{id}",
    "meetingStatus": "/meetings/{id}/status",
    "inMeetingControl": "/live_meetings/{id}/events",
    "recordingGet": "/meetings/{id}/recordings",
    "meetingRegistrantCreate": "/meetings/{id}/registrants",
    "meetingRegistrants": "/meetings/{id}/registrants",
    "meetingRegistrantStatus": "/meetings/{id}/registrants/status",
    "pastMeetingDetails": "/past_meetings/{id}",
    "pastMeetings": "/past_meetings/{id}/instances",
    "pastMeetingParticipants": "/past_meetings/{id}/participants",
    "dashboardMeetingParticipants": "/metrics/meetings/{id}/participants",
    "users": "/users",
    "user": f"/users/{AMARA}",
    "userToken": f"/users/{AMARA}/token?type=zak",
}
BODIES = {
    "meetingCreate": {},
    "meetingUpdate": {},
    "meetingStatus": {"action": "end"},
    "meetingRegistrantCreate": PERSON,
    "meetingRegistrantStatus": {"action": "cancel", "registrants": [{"id": "r-1"}]},
    "inMeetingControl": {"method": "waiting_room.update", "params": {"waiting_room_description": "Soon."}},
}
operations = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
with_body = pytest.mark.parametrize(
    "operation", [one for one in OPERATIONS if one.takes_body], ids=lambda operation: operation.id
)


def path_of(operation, meeting):
    return PATHS[operation.id].format(id=meeting["id"])


def fields_of(answer):
    assert (answer.status_code, answer.get_json()["code"]) == (400, 300), answer.text
    assert answer.get_json()["message"] == "Validation Failed."
    return [error["field"] for error in answer.get_json()["errors"]]


@operations
def test_without_a_token_nothing_is_answered(zoom, visit, operation):
    answer = zoom.http.open(
        "/v2" + path_of(operation, visit), method=operation.method, json=BODIES.get(operation.id)
    )

    assert (answer.status_code, answer.get_json()) == (401, {"code": 124, "message": "Invalid access token."})


@operations
def test_an_expired_token_is_told(zoom, visit, operation):
    zoom.broken("expire_tokens")

    answer = zoom.call(operation.method, path_of(operation, visit), BODIES.get(operation.id))

    assert (answer.status_code, answer.get_json()) == (
        401,
        {"code": 124, "message": "Access token is expired."},
    )


@operations
def test_a_missing_scope_is_named(zoom, visit, operation):
    zoom.broken("drop_scope", scope=operation.scopes[-1])

    answer = zoom.call(operation.method, path_of(operation, visit), BODIES.get(operation.id))

    assert (answer.status_code, answer.get_json()["code"]) == (400, 4711)
    assert operation.scopes[-1] in answer.get_json()["message"]
    assert answer.get_json()["message"].startswith("Invalid access token, does not contain scopes:")


@operations
def test_an_unknown_parameter_is_refused(zoom, visit, operation):
    path = path_of(operation, visit)
    path += ("&" if "?" in path else "?") + "surprise=1"

    assert fields_of(zoom.call(operation.method, path, BODIES.get(operation.id))) == ["surprise"]


@with_body
def test_an_unknown_field_is_refused(zoom, visit, operation):
    body = {**BODIES[operation.id], "surprise": 1}

    assert fields_of(zoom.call(operation.method, path_of(operation, visit), body)) == ["surprise"]


@pytest.mark.parametrize(
    ("operation_id", "change", "field"),
    [
        ("meetingCreate", {"duration": "30"}, "duration"),
        ("meetingCreate", {"duration": True}, "duration"),
        ("meetingCreate", {"duration": 1441}, "duration"),
        ("meetingCreate", {"duration": 0}, "duration"),
        ("meetingCreate", {"type": 9}, "type"),
        ("meetingCreate", {"topic": None}, "topic"),
        ("meetingCreate", {"topic": "x" * 201}, "topic"),
        ("meetingCreate", {"agenda": "x" * 2001}, "agenda"),
        ("meetingCreate", {"password": "12345678901"}, "password"),
        ("meetingCreate", {"settings": []}, "settings"),
        ("meetingCreate", {"settings": {"waiting_room": "true"}}, "settings.waiting_room"),
        ("meetingCreate", {"settings": {"waitingroom": True}}, "settings.waitingroom"),
        ("meetingCreate", {"settings": {"custom_keys": []}}, "settings.custom_keys"),
        ("meetingCreate", {"settings": {"waiting_room_options": {}}}, "settings.waiting_room_options.mode"),
        (
            "meetingCreate",
            {"settings": {"meeting_invitees": [{"email": "x"}]}},
            "settings.meeting_invitees[0].email",
        ),
        ("meetingCreate", {"tracking_fields": [{"value": "1"}]}, "tracking_fields[0].field"),
        ("meetingCreate", {"timezone": "Mars/Olympus"}, "timezone"),
        ("meetingCreate", {"start_time": "2031-01-05 09:00"}, "start_time"),
        ("meetingCreate", {"start_time": "2031-01-05T09:00:00.000Z"}, "start_time"),
        ("meetingCreate", {"start_time": "2031-01-05T09:00:00-05:00"}, "start_time"),
        ("meetingCreate", {"start_time": "2031-02-30T09:00:00Z"}, "start_time"),
        ("meetingUpdate", {"topic": 7}, "topic"),
        ("meetingUpdate", {"settings": {"custom_keys": [{"key": "k" * 65}]}}, "settings.custom_keys[0].key"),
        ("meetingStatus", {"action": "stop"}, "action"),
        ("meetingRegistrantStatus", {"action": "remove"}, "action"),
        ("meetingRegistrantStatus", {"registrants": [{"name": "x"}]}, "registrants[0].name"),
        ("inMeetingControl", {"method": "waiting_room.paint"}, "method"),
        ("inMeetingControl", {"params": {"waiting_room_text": "x"}}, "params.waiting_room_text"),
        ("meetingRegistrantCreate", {"email": "nobody"}, "email"),
        ("meetingRegistrantCreate", {"first_name": "x" * 65}, "first_name"),
        ("meetingRegistrantCreate", {"language": "en"}, "language"),
        ("meetingRegistrantCreate", {"auto_approve": "yes"}, "auto_approve"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_field(zoom, visit, operation_id, change, field):
    operation = next(one for one in OPERATIONS if one.id == operation_id)
    body = {**BODIES[operation_id], **change}

    assert fields_of(zoom.call(operation.method, path_of(operation, visit), body)) == [field]


@pytest.mark.parametrize(
    ("path", "field"),
    [
        (f"/users/{AMARA}/meetings?page_size=301", "page_size"),
        (f"/users/{AMARA}/meetings?page_size=ten", "page_size"),
        (f"/users/{AMARA}/meetings?type=past", "type"),
        (f"/users/{AMARA}/token?type=zak&ttl=31536001", "ttl"),
        ("/meetings/abc", "meetingId"),
        ("/users/me", "userId"),
        ("/users/me/meetings", "userId"),
        ("/users/me/token?type=zak", "userId"),
    ],
)
def test_a_wrong_parameter_is_refused_by_name(zoom, path, field):
    assert fields_of(zoom.call("GET", path)) == [field]


def test_a_registrant_needs_a_name_and_an_address(zoom, visit):
    answer = zoom.call("POST", f"/meetings/{visit['id']}/registrants", {})

    assert sorted(fields_of(answer)) == ["email", "first_name"]


@pytest.mark.parametrize("body", ["not json", "[]", '"text"'])
def test_a_body_that_is_no_object_is_refused(zoom, body):
    token = zoom.new_token()

    answer = zoom.http.post(
        f"/v2/users/{AMARA}/meetings",
        data=body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )

    assert fields_of(answer) == ["body"]


def test_a_form_is_no_json(zoom):
    token = zoom.new_token()

    answer = zoom.http.post(
        f"/v2/users/{AMARA}/meetings", data={"topic": "x"}, headers={"Authorization": f"Bearer {token}"}
    )

    assert fields_of(answer) == ["body"]


@pytest.mark.parametrize(
    ("method", "path", "body", "message"),
    [
        ("GET", "/users/nobody@clinic.example", None, "User does not exist: nobody@clinic.example."),
        ("GET", "/users/nobody/meetings", None, "User does not exist: nobody."),
        ("POST", "/users/nobody/meetings", {}, "User does not exist: nobody."),
        ("GET", "/users/nobody/token?type=zak", None, "User does not exist: nobody"),
        ("POST", "/meetings/1/registrants", PERSON, "Meeting does not exist: 1."),
    ],
)
def test_what_does_not_exist_is_1001(zoom, method, path, body, message):
    answer = zoom.call(method, path, body)

    assert (answer.status_code, answer.get_json()) == (404, {"code": 1001, "message": message})


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/meetings/1", None),
        ("PATCH", "/meetings/1", {}),
        ("DELETE", "/meetings/1", None),
        ("PUT", "/meetings/1/status", {"action": "end"}),
        ("PUT", "/meetings/1/status", {"action": "recover"}),
        ("GET", "/meetings/1/registrants", None),
        ("GET", "/past_meetings/1", None),
        ("GET", "/past_meetings/1/instances", None),
        ("GET", "/past_meetings/1/participants", None),
    ],
)
def test_an_unknown_meeting_is_3001(zoom, method, path, body):
    answer = zoom.call(method, path, body)

    assert answer.status_code == 404
    assert answer.get_json() == {"code": 3001, "message": "Meeting does not exist: 1."}


def test_an_unlicensed_host_cannot_have_registrants(zoom):
    meeting = zoom.create(JONAS)

    answer = zoom.call("POST", f"/meetings/{meeting['id']}/registrants", PERSON)

    assert answer.status_code == 400
    assert answer.get_json() == {"code": 200, "message": "Only available for paid account: sandbox-account."}


def test_a_meeting_without_registration_takes_no_registrants(zoom):
    meeting = zoom.create(settings={"approval_type": 2})

    answer = zoom.call("POST", f"/meetings/{meeting['id']}/registrants", PERSON)

    assert (answer.status_code, answer.get_json()["code"]) == (400, 404)
    assert (
        answer.get_json()["message"]
        == f"Registration has not been enabled for this meeting: {meeting['id']}."
    )


def test_a_user_who_may_not_host_is_3161(zoom):
    answer = zoom.call("POST", f"/users/{INES}/meetings", {})

    assert (answer.status_code, answer.get_json()["code"]) == (400, 3161)
    assert answer.get_json()["message"].startswith("Your user account is not allowed meeting hosting")


def test_an_instant_meeting_for_another_is_3000_and_an_unknown_one_300(zoom):
    instant = zoom.call("POST", f"/users/{AMARA}/meetings", {"type": 1, "schedule_for": JONAS})
    unknown = zoom.call("POST", f"/users/{AMARA}/meetings", {"schedule_for": "nobody"})

    assert (instant.status_code, instant.get_json()["code"]) == (400, 3000)
    assert (unknown.status_code, unknown.get_json()["code"]) == (400, 300)
    assert "`schedule_for` field is invalid" in unknown.get_json()["message"]


def test_the_101st_create_or_update_of_a_hosts_day_is_429(zoom, visit):
    for _ in range(98):
        zoom.create()
    assert zoom.call("PATCH", f"/meetings/{visit['id']}", {"topic": "x"}).status_code == 204

    create = zoom.call("POST", f"/users/{AMARA}/meetings", {})
    update = zoom.call("PATCH", f"/meetings/{visit['id']}", {"topic": "y"})

    for answer in (create, update):
        assert (answer.status_code, answer.get_json()) == (429, {"code": 429, "message": HOST_DAY_TEXT})
        assert "Retry-After" not in answer.headers
        assert "X-RateLimit-Type" not in answer.headers
    assert zoom.call("POST", "/users/david.lee@clinic.example/meetings", {}).status_code == 201
    assert zoom.call("DELETE", f"/meetings/{visit['id']}").status_code == 204
    zoom.later(days=1)
    assert zoom.call("POST", f"/users/{AMARA}/meetings", {}).status_code == 201


def test_refused_creates_spend_nothing_of_the_day(zoom):
    for _ in range(101):
        zoom.call("POST", f"/users/{AMARA}/meetings", {"surprise": 1})

    assert zoom.call("POST", f"/users/{AMARA}/meetings", {}).status_code == 201


def test_a_meeting_under_way_cannot_be_deleted(zoom, visit):
    zoom.do("host_starts", start_url=visit["start_url"])

    answer = zoom.call("DELETE", f"/meetings/{visit['id']}")

    assert (answer.status_code, answer.get_json()["code"]) == (400, 3002)


def test_a_meeting_that_is_not_under_way_cannot_be_ended(zoom, visit):
    assert fields_of(zoom.call("PUT", f"/meetings/{visit['id']}/status", {"action": "end"})) == ["action"]


def test_a_token_of_the_old_kind_is_refused(zoom):
    answer = zoom.call("GET", f"/users/{AMARA}/token")

    assert (answer.status_code, answer.get_json()["code"]) == (400, 300)
    assert answer.get_json()["message"] == "Token is no longer supported. Please use ZAK token instead."


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nothing"), ("POST", "/users"), ("PUT", "/meetings/1")]
)
def test_an_unknown_endpoint_is_2300(zoom, method, path):
    answer = zoom.call(method, path)

    assert (answer.status_code, answer.get_json()["code"]) == (400, 2300)
