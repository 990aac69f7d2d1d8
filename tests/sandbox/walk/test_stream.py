"""The provider's stream is read line by line, and opened again where it left off."""

import json
import time

import pytest
from flask import Flask, Response, request

from sandbox.run.browser import Browser
from sandbox.serving import served
from sandbox.walk.stream import EventStream
from tests.patience import PATIENCE, until


def _event(number: int, kind: str = "presence") -> str:
    data = {"visit": "v1", "kind": kind, "n": number, "received": time.time() * 1000 - 40}
    return f"event: visit\nid: {number}\ndata: {json.dumps(data)}\n\n"


@pytest.fixture
def app():
    """Sends one event a connection, then closes; remembers from where it was asked to go on."""
    app = Flask(__name__)
    app.asked = []

    @app.get("/events/stream")
    def stream():
        app.asked.append(request.headers.get("Last-Event-ID"))
        if len(app.asked) == 1:
            return Response(status=503)
        number = len(app.asked) - 1
        return Response(
            f": beat\n\n{_event(number)}event: other\ndata: {{}}\n\n", mimetype="text/event-stream"
        )

    return app


def test_a_broken_stream_is_opened_again_and_goes_on_after_the_last_event(app):
    with served(app) as url, EventStream(Browser(), f"{url}/events/stream") as stream:
        assert stream.wait_open(PATIENCE)
        until(lambda: len(stream.lines(0)) >= 2 and len(app.asked) >= 3, what="the second line")

    assert [line.number for line in stream.lines(0)[:2]] == [1, 2]
    assert app.asked[:3] == [None, None, "1"]


def test_a_line_says_how_long_it_took_from_its_cause(app):
    app.asked.append(None)
    with served(app) as url, EventStream(Browser(), f"{url}/events/stream") as stream:
        stream.wait_news(0, PATIENCE)

    [line, *_] = stream.lines(0)
    assert (line.visit, line.kind) == ("v1", "presence")
    assert 40 <= line.took < PATIENCE * 1000
