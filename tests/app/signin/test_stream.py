"""One event stream for each browser: what it is told, and what it is not, by a web process or by `events`."""

import json
from dataclasses import dataclass

import pytest
from sqlalchemy import update
from sqlalchemy.exc import OperationalError

from app.crypto import new_token
from app.events import Events
from app.models import Staff
from app.services import listen
from app.services.ring import telling
from app.store.sessions import grant_visits
from app.web import cookies, stream
from app.web.seats import Seats
from tests.app.signin.asgi_client import AsgiClient
from tests.app.signin.conftest import Browser


@dataclass(frozen=True)
class DividedBrowser(Browser):
    """A browser behind a proxy that sends the stream to `events` and all else to the web."""

    events: AsgiClient

    def get(self, path, **headers):
        if not path.startswith("/events/stream"):
            return super().get(path, **headers)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.events.get(path, {"cookie": f"{cookies.NAME}={self.token}"} | sent)


@pytest.fixture(params=["web", "events"])
def kind(request):
    return request.param


@pytest.fixture
def events(rooms):
    return Events(rooms)


@pytest.fixture
def asgi(events):
    client = AsgiClient(events)
    yield client
    client.end()


@pytest.fixture
def new_browser(kind, new_browser, app, request):
    """A browser whose stream comes from either kind of process."""
    if kind == "web":
        return new_browser

    def make():
        client, token = app.test_client(), new_token()
        client.set_cookie(cookies.NAME, token)
        return DividedBrowser(client, token, request.getfixturevalue("asgi"))

    return make


@pytest.fixture
def tell(rooms):
    """Something changed in a visit."""

    def change(visit_id):
        with telling(rooms) as told:
            told.tell(visit_id, "presence")

    return change


@pytest.fixture
def granted(rooms, browser, sign_in, a_visit):
    """A visit that a launch session of this browser may open, and the number to listen from."""
    session_id = sign_in(browser)
    visit_id = a_visit()
    with rooms.db.write() as tx:
        grant_visits(tx, session_id, [visit_id])
    return visit_id


def first_event(response):
    """The first event of a stream that is not a beat."""
    for chunk in response.response:
        block = chunk.decode() if isinstance(chunk, bytes) else chunk
        if block.startswith("event: visit"):
            return dict(line.split(": ", 1) for line in block.strip().splitlines())
    return None


def test_a_browser_without_a_session_hears_nothing(stranger, browser):
    assert stranger.get("/events/poll").status_code == 403
    assert browser.get("/events/poll").status_code == 204
    assert browser.get("/events/stream").status_code == 204


def test_the_poll_begins_now_and_goes_on_from_its_number(browser, granted, tell):
    start = browser.get("/events/poll").json["last"]

    tell(granted)
    news = browser.get(f"/events/poll?after={start}").json

    assert [(event["visit"], event["kind"]) for event in news["events"]] == [(granted, "presence")]
    assert browser.get(f"/events/poll?after={news['last']}").json == {"events": [], "last": news["last"]}


def test_the_stream_goes_on_from_the_last_event_id(browser, granted, tell):
    tell(granted)

    response = browser.get("/events/stream", Last_Event_ID="0")
    event = first_event(response)
    response.close()

    assert response.mimetype == "text/event-stream"
    assert json.loads(event["data"])["visit"] == granted
    assert event["id"] == str(json.loads(event["data"])["n"])


def test_nobody_hears_of_a_visit_that_they_may_not_open(browser, granted, a_visit, tell):
    tell(a_visit())

    assert browser.get("/events/poll?after=0").json["events"] == []


def test_an_ended_session_ends_the_news(browser, granted, clock):
    clock.forward(minutes=31)

    assert browser.get("/events/poll?after=0").status_code == 204


def test_no_stream_is_given_beyond_the_cap(browser, granted, events, monkeypatch):
    for holder in (stream, events):
        monkeypatch.setattr(holder, "_seats", Seats(1, 8))

    first = browser.get("/events/stream")
    assert browser.get("/events/stream").status_code == 204
    first.close()

    again = browser.get("/events/stream")
    assert again.status_code == 200
    again.close()


def test_a_browser_holds_eight_streams_at_most(browser, granted):
    held = [browser.get("/events/stream") for _ in range(8)]

    assert [response.status_code for response in held] == [200] * 8
    assert browser.get("/events/stream").status_code == 204
    held.pop().close()
    held.append(browser.get("/events/stream"))
    assert held[-1].status_code == 200

    for response in held:
        response.close()


def test_a_full_browser_takes_no_other_browsers_seat():
    seats = Seats(4, 2)

    assert [seats.take("one"), seats.take("one"), seats.take("one")] == [True, True, False]
    assert [seats.take("two"), seats.take("two"), seats.take("three")] == [True, True, False]
    seats.give_back("two")
    assert seats.take("three")


def test_open_streams_are_counted(browser, granted):
    before = stream.OPEN_STREAMS.collect()[0].samples[0].value

    response = browser.get("/events/stream")
    while_open = stream.OPEN_STREAMS.collect()[0].samples[0].value
    response.close()

    assert while_open == before + 1
    assert stream.OPEN_STREAMS.collect()[0].samples[0].value == before


def test_a_stream_lives_ten_minutes_at_most(browser, granted, clock):
    response = browser.get("/events/stream")
    lines = iter(response.response)
    retry, beat = next(lines), next(lines)

    clock.forward(minutes=10)

    assert (b"retry" in retry, b"event: beat" in beat, list(lines)) == (True, True, [])
    response.close()


def next_visit(lines):
    """The number of the next line about a visit."""
    for line in lines:
        block = line.decode() if isinstance(line, bytes) else line
        if block.startswith("event: visit"):
            return json.loads(block.split("data: ")[1])["visit"]
    return None


def test_an_open_stream_hears_what_is_told_later(browser, granted, tell):
    response = browser.get("/events/stream")
    lines = iter(response.response)
    next(lines), next(lines)

    tell(granted)

    assert next_visit(lines) == granted
    response.close()


def test_an_open_stream_hears_of_visits_that_its_session_may_open_only_since_then(
    browser, sign_in, a_visit, tell, rooms
):
    session_id = sign_in(browser)
    response = browser.get("/events/stream")
    lines = iter(response.response)
    next(lines), next(lines)
    foreign, own = a_visit(), a_visit()
    with rooms.db.write() as tx:
        grant_visits(tx, session_id, [own])

    tell(foreign)
    tell(own)

    assert next_visit(lines) == own
    response.close()


def test_streams_of_one_process_each_hear_their_own(new_browser, granted, browser, sign_in, a_visit, tell):
    """A launch hears of its visits, a local account of its departments."""
    everywhere, other = new_browser(), a_visit()
    sign_in(everywhere, "scheduler", kind="local")
    streams = [browser.get("/events/stream"), everywhere.get("/events/stream")]
    launched, local = (iter(response.response) for response in streams)
    for lines in (launched, local):
        next(lines), next(lines)

    tell(other)
    tell(granted)

    assert next_visit(launched) == granted
    assert {next_visit(local), next_visit(local)} == {other, granted}
    for response in streams:
        response.close()


def test_a_browser_that_we_do_not_know_is_refused_and_told_the_code(asgi, stranger):
    by_events, by_web = asgi.get("/events/stream", {}), stranger.get("/events/stream")

    code = json.loads(b"".join(by_events.response))["code"]
    assert (by_events.status_code, code) == (by_web.status_code, by_web.json["code"]) == (403, code)
    assert by_events.mimetype == by_web.mimetype == "application/problem+json"


def test_a_stream_outlives_a_database_that_is_away(browser, granted, clock, tell, monkeypatch):
    """Nothing is said meanwhile; then all is."""
    response = browser.get("/events/stream")
    lines = iter(response.response)
    next(lines), next(lines)
    asked, real = [], listen.news_for

    def away(*about):
        asked.append(about)
        raise OperationalError("", {}, Exception())

    with monkeypatch.context() as patch:
        patch.setattr(listen, "news_for", away)
        clock.forward(seconds=16)
        beat = next(lines)
    clock.forward(seconds=16)
    tell(granted)

    assert b"event: beat" in beat
    assert asked
    assert next_visit(lines) == granted
    assert listen.news_for is real
    response.close()


def test_a_database_that_is_away_at_the_opening_is_told_as_such(asgi, browser, monkeypatch, rooms):
    monkeypatch.setattr(
        "app.events.news_for", lambda *_: (_ for _ in ()).throw(OperationalError("", {}, None))
    )

    answer = asgi.get("/events/stream", {"cookie": f"{cookies.NAME}={browser.token}"})

    assert (answer.status_code, json.loads(b"".join(answer.response))["code"]) == (503, "VB-1007")


def test_whoever_was_deactivated_hears_no_more(browser, granted, rooms, tell):
    before = browser.get("/events/poll").json["last"]
    with rooms.db.write() as tx:
        tx.execute(update(Staff).values(active=False))
    tell(granted)

    assert browser.get(f"/events/poll?after={before}").status_code == 204
    assert browser.get("/events/stream").status_code == 204
