"""Every answer and webhook of the simulator is one that Zoom's own specification describes.

Answers are held to more than the specification asks: a key that it does not name is refused too.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cached_property
from pathlib import Path
from urllib.parse import quote

import jsonschema
import pytest
from jsonschema import FormatChecker

from sandbox.zoom.fields import table
from sandbox.zoom.operations import OPERATIONS

AMARA, JONAS = "amara.osei@clinic.example", "jonas.brandt@clinic.example"
PERSON = {"first_name": "Patient K7Q2", "last_name": "(guest)", "email": "k7q2@guests.example"}
CALL_EVENTS = (
    "meeting.started",
    "meeting.ended",
    "meeting.participant_joined_waiting_room",
    "meeting.participant_left_waiting_room",
    "meeting.participant_put_in_waiting_room",
    "meeting.participant_admitted",
    "meeting.participant_joined",
    "meeting.participant_left",
)
RECORDING_EVENTS = ("recording.started", "recording.completed")
CALENDAR_EVENTS = ("meeting.created", "meeting.updated", "meeting.deleted", "meeting.registration_created")

formats = FormatChecker(formats=["email"])


@formats.checks("date-time", raises=ValueError)
def is_instant(text: object) -> bool:
    return isinstance(text, str) and datetime.fromisoformat(text).tzinfo is not None


def closed(schema: Mapping[str, object]) -> dict[str, object]:
    """The schema with ``allOf`` merged, OpenAPI's ``nullable`` as a type, and no unnamed keys."""
    merged: dict[str, object] = {key: value for key, value in schema.items() if key != "allOf"}
    for part in schema.get("allOf", []):
        for key, value in closed(part).items():
            if key == "properties":
                merged[key] = {**merged.get(key, {}), **value}
            elif key == "required":
                merged[key] = [*merged.get(key, []), *value]
            elif key != "additionalProperties":
                merged.setdefault(key, value)
    if "properties" in merged:
        merged["properties"] = {name: closed(inner) for name, inner in merged["properties"].items()}
        merged["additionalProperties"] = False
    if "items" in merged:
        merged["items"] = closed(merged["items"])
    if merged.pop("nullable", False):
        merged["type"] = [merged["type"], "null"]
    return merged


class Spec:
    """Zoom's OpenAPI files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _load(self, name: str) -> dict:
        return json.loads((self.folder / name).read_text("utf-8"))

    @cached_property
    def operations(self) -> dict[str, dict]:
        rest = (self._load(f"rest-{part}.json") for part in ("meetings", "users", "accounts"))
        return {
            operation["operationId"]: {**operation, "path": path, "method": method.upper()}
            for file in rest
            for path, methods in file["paths"].items()
            for method, operation in methods.items()
        }

    @cached_property
    def webhooks(self) -> dict[str, dict]:
        files = ("webhooks-meetings.json", "webhooks-users.json")
        return {event: one for name in files for event, one in self._load(name)["webhooks"].items()}

    def answer_schema(self, operation_id: str, status: int) -> dict | None:
        content = self.operations[operation_id]["responses"][str(status)].get("content")
        return closed(content["application/json"]["schema"]) if content else None

    def event_schema(self, event: str) -> dict:
        content = self.webhooks[event]["post"]["requestBody"]["content"]["application/json"]
        schema = json.loads(json.dumps(content["schema"]))
        payload = schema["properties"]["payload"]["properties"]
        if "$ref" in payload.get("old_object", {}):  # refers to a path that the file does not have
            payload["old_object"] = payload["object"]
        return schema

    def event_example(self, event: str) -> dict:
        content = self.webhooks[event]["post"]["requestBody"]["content"]["application/json"]
        (example,) = content["examples"].values()
        return json.loads(example["value"])

    def refusals(self, operation_id: str) -> Iterator[tuple[int, int, str]]:
        """Each (status, code, text) that the specification lists for an operation."""
        for status, answer in self.operations[operation_id]["responses"].items():
            listed = re.findall(
                r"\*\*Error Code:\*\* `(\d+)` <br>\s*(.*?) <br>", answer["description"], re.DOTALL
            )
            yield from ((int(status), int(code), " ".join(text.split())) for code, text in listed)


def hold(body: object, schema: dict, *, emails: bool = True) -> None:
    checker = formats if emails else FormatChecker(formats=())
    jsonschema.Draft202012Validator(schema, format_checker=checker).validate(body)


@pytest.fixture(scope="session")
def spec(shared: Path) -> Spec:
    return Spec(shared / "reference" / "zoom-spec")


def walk(zoom) -> Iterator[tuple[str, object]]:
    """A call of every operation, in an order in which each has something to answer."""
    created = zoom.call("POST", f"/users/{AMARA}/meetings", everything())
    yield "meetingCreate", created
    meeting = created.get_json()
    path = f"/meetings/{meeting['id']}"
    yield "meeting", zoom.call("GET", path)
    yield "meetings", zoom.call("GET", f"/users/{AMARA}/meetings")
    yield "meetingUpdate", zoom.call("PATCH", path, {"topic": "Video visit · B3XX", "duration": 45})
    registrant = zoom.call("POST", f"{path}/registrants", PERSON)
    yield "meetingRegistrantCreate", registrant
    yield "meetingRegistrants", zoom.call("GET", f"{path}/registrants")
    yield "userToken", zoom.call("GET", f"/users/{AMARA}/token?type=zak")
    yield "user", zoom.call("GET", f"/users/{AMARA}")
    yield "users", zoom.call("GET", "/users")
    other = zoom.call("POST", f"{path}/registrants", PERSON | {"email": "other@guests.example"})
    cancel = {"action": "cancel", "registrants": [{"id": other.get_json()["registrant_id"]}]}
    yield "meetingRegistrantStatus", zoom.call("PUT", f"{path}/registrants/status", cancel)
    uuid = call_of(zoom, meeting, registrant.get_json()["join_url"])
    yield "dashboardMeetingParticipants", zoom.call("GET", f"/metrics/meetings/{meeting['id']}/participants")
    words = {"method": "waiting_room.update", "params": {"waiting_room_description": "Soon."}}
    for control in (words, {"method": "recording.start"}):
        yield "inMeetingControl", zoom.call("PATCH", f"/live_meetings/{meeting['id']}/events", control)
    yield "meetingStatus", zoom.call("PUT", f"{path}/status", {"action": "end"})
    key = quote(quote(uuid, safe=""), safe="")
    yield "pastMeetingDetails", zoom.call("GET", f"/past_meetings/{key}")
    yield "pastMeetingParticipants", zoom.call("GET", f"/past_meetings/{key}/participants")
    recorded = f"/meetings/{key}/recordings?include_fields=download_access_token&ttl=60"
    yield "recordingGet", zoom.call("GET", recorded)
    yield "pastMeetings", zoom.call("GET", f"/past_meetings/{meeting['id']}/instances")
    yield "meetingDelete", zoom.call("DELETE", path)


def call_of(zoom, meeting: dict, join_url: str) -> str:
    """A call in which everything happens that has an event, not yet ended; its uuid."""
    other = zoom.register(meeting, "B3XX")["join_url"]
    done = zoom.sim(
        {"do": "enter", "join_url": join_url},
        {"do": "enter", "join_url": other},
        {"do": "host_starts", "start_url": meeting["start_url"]},
        {"do": "admit", "join_url": join_url},
        {"do": "put_back", "join_url": join_url},
        {"do": "admit", "join_url": join_url},
        {"do": "leave", "join_url": other},
    )
    return done[0]["uuid"]


def everything() -> dict:
    """A create that sets what a visit sets, and more."""
    return {
        "topic": "Video visit · K7Q2M9XW",
        "agenda": "A visit",
        "type": 2,
        "start_time": "2031-01-05T09:00:00",
        "duration": 30,
        "timezone": "America/New_York",
        "tracking_fields": [{"field": "site", "value": "main"}],
        "settings": {
            "waiting_room": True,
            "waiting_room_options": {"mode": "custom", "who_goes_to_waiting_room": "everyone"},
            "approval_type": 0,
            "auto_recording": "none",
            "continuous_meeting_chat": {"enable": False},
            "language_interpretation": {"enable": False},
            "meeting_invitees": [],
        },
    }


def test_every_answer_is_one_of_the_specification(zoom, spec):
    seen = set()

    for operation_id, answer in walk(zoom):
        schema = spec.answer_schema(operation_id, answer.status_code)
        if schema is None:
            assert answer.data == b""
        else:
            hold(answer.get_json(), schema)
        seen.add(operation_id)

    assert seen == {operation.id for operation in OPERATIONS}


def test_every_webhook_is_one_of_the_specification(zoom, hook, spec):
    for _ in walk(zoom):
        pass
    zoom.drain()

    for body in (body for _, _, body in hook.got):
        hold(body, spec.event_schema(body["event"]))
    assert set(hook.events) == {*CALL_EVENTS, *CALENDAR_EVENTS, *RECORDING_EVENTS}


USER_EVENTS = ["user.deactivated", "user.activated", "user.updated", "user.deleted"]


def change(zoom, **asked):
    answer = zoom.http.post("/_users", json={"user": AMARA, **asked})
    assert answer.status_code == 200, answer.text


def test_webhooks_of_users_are_in_the_specification(zoom, hook, spec):
    change(zoom, status="inactive")
    change(zoom, status="active")
    change(zoom, licensed=False)
    change(zoom, status="deleted")
    zoom.drain()

    assert hook.events == USER_EVENTS
    for body in (body for _, _, body in hook.got):
        hold(body, spec.event_schema(body["event"]))


def test_webhooks_without_names_keep_the_shape(zoom, hook, spec):
    zoom.broken("missing_names")
    for _ in walk(zoom):
        pass
    zoom.drain()

    for body in (body for _, _, body in hook.got):
        hold(body, spec.event_schema(body["event"]), emails=False)


def test_by_switch_webhooks_have_the_examples_keys(zoom, hook, spec):
    zoom.broken("webhook_shape", shape="example")
    for _ in walk(zoom):
        pass
    zoom.drain()

    differing = set()
    for body in (body for _, _, body in hook.got if body["event"] in CALL_EVENTS):
        example = spec.event_example(body["event"])
        assert set(body["payload"]) == set(example["payload"])
        known = set(example["payload"]["object"].get("participant", {}))
        assert set(body["payload"]["object"].get("participant", {})) <= known
        try:
            hold(body, spec.event_schema(body["event"]))
        except jsonschema.ValidationError:
            differing.add(body["event"])
    assert differing == {
        "meeting.ended",
        "meeting.participant_admitted",
        "meeting.participant_joined",
        "meeting.participant_left",
    }


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_each_operation_has_the_specifications_path_scopes_label_and_parameters(spec, operation):
    documented = spec.operations[operation.id]
    names = {one["name"]: one["schema"] for one in documented.get("parameters", []) if one["in"] == "query"}

    assert operation.method == documented["method"]
    assert re.sub(r"<\w+>", "{}", operation.path) == re.sub(r"{\w+}", "{}", documented["path"])
    assert set(operation.scopes) == set(documented["x-extensions"]["x-granular-scopes"])
    assert set(operation.classic) <= set(documented["x-extensions"]["x-macro-scopes"])
    assert f"`{operation.category.upper()}`" in documented["description"]
    assert set(operation.query) <= set(names)
    for name, rules in operation.query.items():
        assert rules["type"] == names[name]["type"]
        assert rules.get("enum") == names[name].get("enum")


@pytest.mark.parametrize(
    "operation", [one for one in OPERATIONS if one.takes_body], ids=lambda operation: operation.id
)
def test_each_body_has_exactly_the_specifications_fields(spec, operation):
    content = spec.operations[operation.id]["requestBody"]["content"]["application/json"]

    assert shape_of(table(operation.id)) == shape_of(closed(content["schema"]))


def shape_of(schema: Mapping[str, object]) -> object:
    """A schema's fields, types, enumerations and requirements."""
    if schema.get("type") == "array":
        return [shape_of(schema["items"])]
    if "properties" in schema:
        return {
            "required": sorted(schema.get("required", [])),
            **{name: shape_of(inner) for name, inner in schema["properties"].items()},
        }
    return schema.get("type"), schema.get("enum"), schema.get("maxLength")


def templated(text: str) -> str:
    """A text without the ids that stand in it, nor how the specification spells their place."""
    return re.sub(r"\{\w+\}|\$\w+|sandbox-account|nobody|\b1\b", "…", text).rstrip(".")


@pytest.mark.parametrize(
    ("operation_id", "method", "path", "body"),
    [
        ("meetingCreate", "POST", "/users/nobody/meetings", {}),
        ("meetingCreate", "POST", "/users/ines.moreau@clinic.example/meetings", {}),
        ("meetingCreate", "POST", f"/users/{AMARA}/meetings", {"type": 1, "schedule_for": JONAS}),
        ("meetingCreate", "POST", f"/users/{AMARA}/meetings", {"schedule_for": "x"}),
        ("meetings", "GET", "/users/nobody/meetings", None),
        ("meeting", "GET", "/meetings/1", None),
        ("meetingUpdate", "PATCH", "/meetings/1", {}),
        ("meetingDelete", "DELETE", "/meetings/1", None),
        ("meetingStatus", "PUT", "/meetings/1/status", {"action": "end"}),
        ("meetingRegistrantCreate", "POST", "/meetings/1/registrants", PERSON),
        ("meetingRegistrants", "GET", "/meetings/1/registrants", None),
        ("recordingGet", "GET", "/meetings/1/recordings", None),
        ("meetingRegistrantStatus", "PUT", "/meetings/1/registrants/status", {"action": "cancel"}),
        ("inMeetingControl", "PATCH", "/live_meetings/1/events", {"method": "waiting_room.update"}),
        ("pastMeetingDetails", "GET", "/past_meetings/1", None),
        ("pastMeetings", "GET", "/past_meetings/1/instances", None),
        ("pastMeetingParticipants", "GET", "/past_meetings/1/participants", None),
        ("dashboardMeetingParticipants", "GET", "/metrics/meetings/1/participants", None),
        ("user", "GET", "/users/nobody", None),
        ("userToken", "GET", "/users/nobody/token?type=zak", None),
        ("users", "GET", "/users?next_page_token=x", None),
    ],
)
def test_a_refusal_is_listed_in_the_specification(zoom, spec, operation_id, method, path, body):
    answer = zoom.call(method, path, body)
    said = (answer.status_code, answer.get_json()["code"], templated(answer.get_json()["message"]))

    assert said in {(status, code, templated(text)) for status, code, text in spec.refusals(operation_id)}
