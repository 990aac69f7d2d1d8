"""A person presses buttons; a server that dies over one is pressed again."""

import pytest
from flask import Flask, redirect, request

from sandbox.run.browser import Browser
from sandbox.serving import drop_connection, served
from sandbox.walk.people import Person
from sandbox.walk.report import StepFailed

PAGE = (
    '<main data-page="visit"><form method="post" action="/start" data-act="start"><input name="t" value="1">'
)
ASK = '<main data-page="host"><form method="post" action="/yes" data-act="confirm-host"><button>Yes</button>'


@pytest.fixture
def app():
    app = Flask(__name__)
    app.seen, app.dies = [], 0

    @app.get("/")
    def page():
        return PAGE

    @app.post("/start")
    def start():
        app.seen.append((request.form["t"], request.headers.get("Origin"), request.headers.get("Cookie")))
        if app.dies:
            app.dies -= 1
            drop_connection()
        return ASK

    @app.post("/yes")
    def yes():
        return redirect("/on", 303)

    @app.get("/on")
    def on():
        return redirect("http://zoom.test/s/1", 303)

    return app


@pytest.fixture
def url(app):
    with served(app) as address:
        yield address


def test_a_button_is_pressed_again_when_the_line_breaks(app, url):
    app.dies = 2

    answer = Person(url).act(f"{url}/", "start")

    assert answer.status_code == 200
    assert app.seen == [("1", url, None)] * 3


def test_the_way_to_zoom_is_followed_through_what_the_app_asks(app, url):
    person, tab = Person(url), Browser()

    answer = person.act(f"{url}/", "start", tab)

    assert person.follow_out(answer, tab, ("confirm-host", "start")) == "http://zoom.test/s/1"


def test_a_page_that_asks_for_something_else_ends_the_step(app, url):
    person = Person(url)

    answer = person.act(f"{url}/", "start")

    with pytest.raises(StepFailed, match="page host"):
        person.follow_out(answer, person.browser, ("start",))


def test_a_button_that_is_not_there_ends_the_step(url):
    with pytest.raises(StepFailed, match="no form join on page visit"):
        Person(url).act(f"{url}/", "join")


def test_secure_cookies_are_kept_on_loopback_as_browsers_do(app, url):
    @app.get("/cookie")
    def cookie():
        return "", 200, {"Set-Cookie": "__Host-vb=1; Path=/; Secure; HttpOnly; SameSite=None; Partitioned"}

    person = Person(url)
    person.open(f"{url}/cookie")

    person.act(f"{url}/", "start")

    assert app.seen[-1][2] == "__Host-vb=1"
