"""A simulated Zoom with a caller's hand, and an endpoint that keeps the webhooks it gets."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from werkzeug.test import TestResponse

from sandbox.clock import SettableClock
from sandbox.serving import served
from sandbox.zoom.app import create_app
from sandbox.zoom.config import ZoomConfig
from sandbox.zoom.world import World
from tests.patience import PATIENCE

AMARA, DAVID, JONAS = "amara.osei@clinic.example", "david.lee@clinic.example", "jonas.brandt@clinic.example"
VISIT = {
    "topic": "Video visit · K7Q2M9XW",
    "type": 2,
    "duration": 30,
    "timezone": "America/New_York",
    "settings": {
        "waiting_room": True,
        "join_before_host": False,
        "approval_type": 0,
        "registrants_confirmation_email": False,
        "registrants_email_notification": False,
        "continuous_meeting_chat": {"enable": False},
    },
}


@dataclass
class Hook:
    """The app's side of a webhook: what came, and what to answer."""

    url: str = ""
    status: int = 200
    answers: list[int] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes, dict]] = field(default_factory=list)
    respond: Callable[[], ResponseReturnValue] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> ResponseReturnValue:
        """Keep the request; answer with the next planned status, or as told."""
        with self.lock:
            self.got.append((dict(request.headers), request.get_data(), request.get_json()))
            status = self.answers.pop(0) if self.answers else self.status
        headers = {"Location": self.url + "elsewhere"} if 300 <= status < 400 else {}
        return self.respond() if self.respond else Response("", status, headers)

    @property
    def events(self) -> list[str]:
        """The names of what came, in order."""
        return [body["event"] for _, _, body in self.got]

    def bodies(self, event: str) -> list[dict]:
        """What came under this name."""
        return [body for _, _, body in self.got if body["event"] == event]


@dataclass
class Caller:
    """Calls the simulated Zoom as an app would, and moves its people."""

    world: World
    http: FlaskClient
    clock: SettableClock
    token: str = ""

    def new_token(self) -> str:
        answer = self.http.post(
            "/oauth/token",
            data={"grant_type": "account_credentials", "account_id": "sandbox-account"},
            auth=("sandbox-client", "sandbox-secret"),
        )
        self.token = answer.get_json()["access_token"]
        return self.token

    def call(self, method: str, path: str, body: object = None, **options) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token or self.new_token()}"}
        sent = {} if body is None else {"json": body}
        return self.http.open(f"/v2{path}", method=method, headers=headers, **sent, **options)

    def create(self, host: str = AMARA, **changes) -> dict:
        settings = {**VISIT["settings"], **changes.pop("settings", {})}
        answer = self.call("POST", f"/users/{host}/meetings", {**VISIT, **changes, "settings": settings})
        assert answer.status_code == 201, answer.text
        return answer.get_json()

    def register(self, meeting: dict, code: str = "K7Q2") -> dict:
        details = {"first_name": f"Patient {code}", "email": f"{code.lower()}@guests.example"}
        answer = self.call("POST", f"/meetings/{meeting['id']}/registrants", details)
        assert answer.status_code == 201, answer.text
        return answer.get_json()

    def sim(self, *steps: dict, status: int = 200) -> list[dict]:
        answer = self.http.post("/_sim", json={"steps": list(steps)})
        assert answer.status_code == status, answer.text
        return answer.get_json()["steps"]

    def do(self, act: str, **step) -> dict:
        return self.sim({"do": act, **step})[0]

    def broken(self, name: str, **details) -> None:
        answer = self.http.post("/_break", json={"name": name, **details})
        assert answer.status_code == 200, answer.text

    def drain(self, seconds: float = PATIENCE) -> dict:
        return self.http.get(f"/_drain?seconds={seconds}").get_json()

    def later(self, **duration) -> None:
        self.clock.forward(timedelta(**duration))


@pytest.fixture
def clock() -> SettableClock:
    """The sandbox's clock, in this process."""
    return SettableClock()


class HookServer:
    """One live endpoint for all tests, each with a hook of its own."""

    def __init__(self) -> None:
        self.hook = Hook()
        self.app = Flask("hook")
        self.app.add_url_rule("/<int:number>", view_func=self.take, methods=["POST"])
        self.number = 0

    def take(self, number: int) -> ResponseReturnValue:
        """Give the request to the test it is for; one that comes late is for nobody."""
        return self.hook.take() if number == self.number else ("", 204)


@pytest.fixture(scope="session")
def hook_server() -> Iterator[HookServer]:
    """A live endpoint for webhooks."""
    server = HookServer()
    with served(server.app) as base:
        server.base = base
        yield server


@pytest.fixture
def hook(hook_server: HookServer) -> Hook:
    """What this test's webhooks meet."""
    hook_server.number += 1
    hook_server.hook = Hook(url=f"{hook_server.base}/{hook_server.number}")
    return hook_server.hook


@pytest.fixture
def zoom(clock: SettableClock, hook: Hook) -> Iterator[Caller]:
    """A simulated Zoom that sends its webhooks to ``hook``, retries not shortened."""
    app = create_app(ZoomConfig(webhook_url=hook.url), clock)
    world: World = app.extensions["zoom"]
    yield Caller(world, app.test_client(), clock)
    world.close()


@pytest.fixture
def visit(zoom: Caller) -> dict:
    """A meeting with a waiting room and registration, hosted by Amara."""
    return zoom.create()
