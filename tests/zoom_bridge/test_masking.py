"""What an engineer may read of a delivery: every event of the specification is stripped of people."""

import json

import pytest

from zoom_bridge.events import cover_of
from zoom_bridge.masking import MASK, masked

SECRETS = ("Rosa Diaz", "rosa@mail.example", "+1 212-555-0123", "https://zoom.example/j/1?pwd=x", "p4ss word")


@pytest.mark.parametrize(
    "name", ["user_name", "id", "type", "event", "topic", "unheard_of", "issues", "role"]
)
@pytest.mark.parametrize("value", SECRETS[1:])
def test_no_field_shows_an_address_a_number_a_link_or_a_sentence(name, value):
    shown = masked(json.dumps({"payload": {"object": {name: value, "list": [{name: [value]}]}}}).encode())

    assert value not in shown and MASK in shown


@pytest.mark.parametrize("name", ["user_name", "topic", "first_name", "phone_number", "password"])
@pytest.mark.parametrize("value", ["Rosa", 12125550123])
def test_a_name_or_a_number_is_masked_by_its_field(name, value):
    assert str(value) not in masked(json.dumps({name: value}).encode())


def test_a_field_that_is_no_word_is_masked_too():
    assert "Rosa" not in masked(b'{"Rosa Diaz": 1, "rosa@mail.example": {"id": "84"}}')


def test_what_tells_nothing_of_people_is_shown():
    body = {"event": "meeting.started", "event_ts": 1, "payload": {"object": {"id": 84, "uuid": "r/+=="}}}

    assert json.loads(masked(json.dumps(body).encode())) == body


@pytest.mark.parametrize("body", [b"", b"no json", b"[" * 5000])
def test_what_is_no_json_is_masked_whole(body):
    assert masked(body) == MASK


def test_the_cover_tells_event_time_and_meeting():
    body = b'{"event":"meeting.started","event_ts":1772636400000,"payload":{"object":{"id":84}}}'

    cover = cover_of(body, "rid=WEB_1")

    assert (cover.event, cover.told_ms, cover.room_id, cover.request_id) == (
        "meeting.started",
        1772636400000,
        "84",
        "rid=WEB_1",
    )


def test_a_user_is_no_meeting():
    assert cover_of(b'{"event":"user.updated","payload":{"object":{"id":"u-1"}}}').room_id is None


def test_a_cover_is_short():
    cover = cover_of(json.dumps({"event": "x" * 5000, "payload": {"object": {"id": 1}}}).encode(), "y" * 5000)

    assert (len(cover.event), len(cover.request_id or "")) == (128, 128)
