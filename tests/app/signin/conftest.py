"""A deployment with a database and no EHR, and browsers that open its pages."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.bell import LocalBell
from app.clock import FrozenClock
from app.crypto import KEYRING, digest, new_token
from app.factory import create_app
from app.models import Base, Visit
from app.ports import Randomness, Rooms
from app.settings import read_settings
from app.signin.roles import Grant
from app.store.database import Database
from app.store.sessions import NewSession, add_session
from app.store.staff import Identity, meet_staff
from app.web import cookies

NOW = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)
ORIGIN = "http://localhost:8000"
KEY = "a key for tests that is long enough to be one"


class Sites:
    """One EHR, framed by one origin."""

    def by_name(self, name: str) -> Any:
        return SimpleNamespace(name=name, launch=SimpleNamespace(frame_ancestors=("https://ehr.example",)))

    def all(self) -> tuple[Any, ...]:
        return ()


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOW)


@pytest.fixture
def settings(tmp_path: Path) -> Any:
    environment = {
        "VISITBRIDGE_BASE_URL": ORIGIN,
        "VISITBRIDGE_SECRET_KEYS": KEY,
        "VISITBRIDGE_DATABASE_URL": f"sqlite:///{tmp_path / 'test.db'}",
        "ZOOM_ACCOUNT_ID": "account",
        "ZOOM_CLIENT_ID": "client",
        "ZOOM_CLIENT_SECRET": "secret",
        "ZOOM_WEBHOOK_SECRET": "webhook-secret",
    }
    return read_settings(environment)


@pytest.fixture
def rooms(settings: Any, clock: FrozenClock) -> Iterator[Rooms]:
    KEYRING.load([KEY])
    database = Database(settings.database_url)
    Base.metadata.create_all(database.writer)
    yield Rooms(
        settings=settings,
        clock=clock,
        wall=clock,
        random=Randomness(new_token, secrets.choice),
        db=database,
        sites=Sites(),  # type: ignore[arg-type]  # what these tests touch of it
        video=SimpleNamespace(vendor="zoom"),  # type: ignore[arg-type]  # nothing here calls it
        video_origins=("https://video.example",),
        ehr=SimpleNamespace(),  # type: ignore[arg-type]  # nothing here calls it
        gateways={},
        bell=LocalBell(),
    )
    database.dispose()


@pytest.fixture
def app(rooms: Rooms) -> Flask:
    return create_app(rooms)


@dataclass(frozen=True)
class Browser:
    """A browser with our cookie, and what it sends along."""

    client: FlaskClient
    token: str

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers={"Accept": "text/html", **_dashed(headers)})

    def post(self, path: str, form: dict[str, str] | None = None, **headers: str) -> Any:
        sent = {"Accept": "text/html", "Origin": ORIGIN, **_dashed(headers)}
        return self.client.post(path, data=form or {}, headers=sent)


def _dashed(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


@pytest.fixture
def new_browser(app: Flask) -> Callable[[], Browser]:
    def make() -> Browser:
        client, token = app.test_client(), new_token()
        client.set_cookie(cookies.NAME, token)
        return Browser(client, token)

    return make


@pytest.fixture
def browser(new_browser: Callable[[], Browser]) -> Browser:
    return new_browser()


@pytest.fixture
def stranger(app: Flask) -> Browser:
    """A browser that we have never seen."""
    return Browser(app.test_client(), "")


@pytest.fixture
def sign_in(rooms: Rooms) -> Callable[..., str]:
    """Begin a session without a launch, and answer its id."""

    def begin(browser: Browser, *roles: str, kind: str = "launch", **about: str) -> str:
        session_id = new_token()
        with rooms.db.write() as tx:
            person = Identity("https://idp.example", new_token(), "sandbox", "Practitioner/dr-osei")
            grants = [Grant(role) for role in roles or ("provider",)]  # type: ignore[arg-type]  # by value
            staff_id = meet_staff(tx, person, "Amara Osei", grants, new_token(), NOW)
            tx.flush()
            site = "sandbox" if kind == "launch" else None
            new = NewSession(session_id, kind, digest(browser.token), staff_id, site, **about)  # type: ignore[arg-type]  # by value
            add_session(tx, new, rooms.wall.now())
        return session_id

    return begin


@pytest.fixture
def a_visit(rooms: Rooms) -> Callable[..., str]:
    """A planned visit, and its id."""

    def make(department: str = "harbor", site: str = "sandbox") -> str:
        visit_id = new_token()
        with rooms.db.write() as tx:
            tx.add(
                Visit(
                    id=visit_id,
                    site=site,
                    appointment_id=visit_id,
                    patient_id="p-1",
                    department=department,
                    code="K7Q2",
                    state="planned",
                    start=NOW,
                    minutes=30,
                    time_zone="America/New_York",
                    patient_name="Rosa Diaz",
                    chart_read_at=NOW,
                    created_at=NOW,
                )
            )
        return visit_id

    return make
