"""The address that the vendor delivers to: 2xx for all that is authentic, never a 5xx that we could avoid."""

import json

import pytest
from flask.testing import FlaskClient

from app.factory import create_app


@pytest.fixture
def http(rooms) -> FlaskClient:
    return create_app(rooms).test_client()


@pytest.fixture
def post(http, sign):
    """A signed delivery; `headers` replace those of the signature."""

    def send(body, **headers):
        signed = {**sign(body), **{name.replace("_", "-"): value for name, value in headers.items()}}
        return http.post("/webhooks/zoom", data=body, headers=signed, content_type="application/json")

    return send


def test_an_authentic_delivery_is_answered_without_a_body(post):
    answer = post(b'{"event":"meeting.started","payload":{"object":{"id":"1","uuid":"u"}}}')

    assert (answer.status_code, answer.data) == (204, b"")


def test_the_challenge_is_answered_in_json(post):
    answer = post(b'{"event":"endpoint.url_validation","payload":{"plainToken":"abc"}}')

    assert answer.status_code == 200
    assert set(answer.get_json()) == {"plainToken", "encryptedToken"}


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({"x_zm_signature": "v0=00"}, "VB-1701"),
        ({"x_zm_signature": ""}, "VB-1701"),
        ({"x_zm_request_timestamp": "soon"}, "VB-1701"),
    ],
)
def test_a_forged_one_is_refused_with_a_code(post, headers, code):
    answer = post(b"{}", **headers)

    assert (answer.status_code, answer.get_json()["code"]) == (401, code)


def test_a_stale_one_is_refused_with_its_own_code(http, sign, clock):
    body, signed = b"{}", sign(b"{}")
    clock.forward(hours=7)

    answer = http.post("/webhooks/zoom", data=body, headers=signed)

    assert (answer.status_code, answer.get_json()["code"]) == (401, "VB-1702")


@pytest.mark.parametrize("body", [b"", b"nonsense", b"[]", b"\xff"])
def test_what_is_no_event_is_refused_without_a_5xx(post, body):
    answer = post(body)

    assert (answer.status_code, answer.get_json()["code"]) == (400, "VB-1704")


def test_more_than_a_mebibyte_is_refused(post):
    answer = post(b'{"event":"' + b"x" * 1024 * 1024 + b'"}')

    assert answer.status_code == 413


def test_a_mebibyte_is_not_too_much(post):
    body = json.dumps({"event": "x" * (1024 * 1024 - 20)}).encode()
    assert len(body) < 1024 * 1024

    assert post(body).status_code == 204


def test_what_cannot_be_stored_is_to_be_sent_again(post, rooms):
    with rooms.db.write() as tx:
        tx.connection().exec_driver_sql("ALTER TABLE inbox RENAME TO hidden")
    try:
        assert post(b'{"event":"meeting.started"}').status_code == 503
    finally:
        with rooms.db.write() as tx:
            tx.connection().exec_driver_sql("ALTER TABLE hidden RENAME TO inbox")


def test_refusals_say_nothing_of_what_was_sent(post):
    answer = post(b'{"event":"Rosa Diaz"}', x_zm_signature="v0=00")

    assert b"Rosa" not in answer.data
