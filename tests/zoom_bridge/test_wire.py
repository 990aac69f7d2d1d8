"""What goes wrong on the way."""

import logging
import socket

import pytest
import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from zoom_bridge.errors import (
    ZoomAnswerLost,
    ZoomAnswerMalformed,
    ZoomRefused,
    ZoomSlow,
    ZoomUnreachable,
)
from zoom_bridge.ids import HostId
from zoom_bridge.wire import Ask, Bearer, Wire

URL = "https://api.zoom.us/v2/users/planted%40clinic.example"
PLANTED = HostId("planted@clinic.example")


def refused_connection():
    never = NewConnectionError(None, "planted")
    return requests.ConnectionError(MaxRetryError(None, "/planted", never))


@pytest.mark.parametrize(
    ("broken", "kind", "known"),
    [
        (refused_connection(), ZoomUnreachable, True),
        (requests.ConnectTimeout(), ZoomUnreachable, True),
        (requests.ReadTimeout(), ZoomSlow, False),
        (requests.ConnectionError(ProtocolError("planted", ConnectionResetError())), ZoomAnswerLost, False),
        (requests.exceptions.ChunkedEncodingError(), ZoomAnswerLost, False),
        (requests.exceptions.ContentDecodingError(), ZoomAnswerLost, False),
    ],
)
def test_each_break_says_whether_the_request_may_have_arrived(zoom, http, broken, kind, known):
    http.get(URL, body=broken)

    with pytest.raises(kind) as caught:
        zoom.get_user(PLANTED)

    assert type(caught.value) is kind
    assert caught.value.retryable
    assert caught.value.outcome_known is known
    assert len(http.calls) == 1


@pytest.mark.wire
def test_a_port_that_nobody_listens_on_is_unreachable(app, store, gate, book, clock):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/oauth/token"
        with requests.Session() as session, pytest.raises(ZoomUnreachable):
            _ask(Wire(session, clock, (0.5, 0.5)), url)


@pytest.mark.wire
def test_a_listener_that_does_not_answer_is_slow(clock):
    with socket.create_server(("127.0.0.1", 0)) as silent, requests.Session() as session:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(ZoomSlow):
            _ask(Wire(session, clock, (0.5, 0.2)), url)


def _ask(wire, url):
    wire.send(Ask("test", "GET", url, Bearer("t")))


@pytest.mark.parametrize("body", ["", "<html>", "[]", "[" * 100_000])
def test_a_refusal_in_any_body_is_a_refusal(zoom, http, body):
    http.get(URL, status=400, body=body)

    with pytest.raises(ZoomRefused):
        zoom.get_user(PLANTED)


@pytest.mark.parametrize("body", ["<html>", "[]", "null", "[" * 100_000])
def test_a_good_answer_that_is_no_object_is_malformed(zoom, http, body):
    http.get(URL, body=body)

    with pytest.raises(ZoomAnswerMalformed):
        zoom.get_user(PLANTED)


def test_a_redirect_is_not_followed(zoom, http):
    http.get(URL, status=302, headers={"Location": "https://evil.example/"})

    with pytest.raises(ZoomRefused):
        zoom.get_user(PLANTED)

    assert len(http.calls) == 1


def test_every_call_has_a_timeout(zoom, answers, http):
    http.get(URL, json=answers["user"])

    zoom.get_user(PLANTED)

    connect, read = http.calls[0].request.req_kwargs["timeout"]
    assert 0 < connect < 10
    assert 0 < read < 60


@pytest.mark.parametrize("broken", [refused_connection(), requests.ReadTimeout("planted"), None])
def test_neither_a_log_line_nor_an_error_tells_who_it_was_about(zoom, answers, http, caplog, broken):
    caplog.set_level(logging.DEBUG, logger="zoom_bridge")
    http.get(URL, body=broken) if broken else http.get(
        URL, status=404, json={"code": 1, "message": "planted"}
    )

    with pytest.raises(Exception, match=r"Zoom") as caught:
        zoom.get_user(PLANTED)

    told = [str(caught.value), repr(caught.value), str(caught.getrepr(chain=True, style="value"))]
    told += [f"{record.getMessage()} {record.__dict__}" for record in caplog.records]
    assert not any("planted@" in line or "planted%40" in line for line in told)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_a_call_is_logged_by_its_name_status_and_seconds(zoom, answers, http, caplog):
    caplog.set_level(logging.INFO, logger="zoom_bridge")
    http.get(URL, json=answers["user"])

    zoom.get_user(PLANTED)

    (record,) = caplog.records
    assert (record.getMessage(), record.operation, record.status) == ("zoom_call", "user", 200)
    assert record.seconds >= 0
