"""The real application on a loopback port, a clinic's day behind it, and Debian's Chromium before it."""

import json
import os
import secrets
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, BrowserContext, Page, Playwright
from werkzeug.serving import make_server

from app.bell import LocalBell
from app.clock import FrozenClock, SystemClock
from app.crypto import KEYRING, new_token
from app.factory import create_app
from app.models import Base
from app.ports import OwnerChart, Randomness, Rooms
from app.settings import read_settings
from app.sites import ClinicSite, Policy
from app.store.database import Database
from app.web import cookies
from fhir.capability import Capabilities, TypeCapabilities
from fhir.errors import ChartUnreachable
from launch.scopes import GrantedScopes
from launch.sites import Site
from tests.app.conftest import OneSite, Postbox
from tests.app.fake_video import FakeVideo
from tests.chromium import ARGS, CHROMIUM
from tests.clinic_day import ClinicDay
from tests.ehr_answers import EhrAnswers, session_to
from tests.patience import PATIENCE
from tests.ports import free_port
from tests.world import World, opened_world

KEY = "a key for tests that is long enough to be one"
# A quarter to ten in the morning of New York.
NOW = datetime(2026, 11, 23, 14, 50, tzinfo=UTC)
TALLEST = 1700


# Where and what the people at these browsers read.
READER: dict[str, Any] = {"locale": "en-US", "timezone_id": "America/New_York"}


def browser_cookie(token: str) -> Any:
    """Our cookie. Chromium takes it for https only, and sends it to http://localhost too."""
    where = {"url": "https://localhost", "secure": True, "sameSite": "None"}
    return {"name": cookies.NAME, "value": token, **where}


class EmptyChart:
    """An EHR whose chart has nothing new to tell but these appointments, or cannot be reached."""

    base_url = "https://ehr.example/fhir"

    def __init__(self) -> None:
        self.fault: Exception | None = None
        self.appointments: dict[str, dict[str, Any]] = {}

    def chart(self, session_id: str, patience: float | None = None) -> "EmptyChart":
        if self.fault:
            raise self.fault
        return self

    def own_chart(self, session_id: str, patience: float | None = None) -> OwnerChart:
        chart: Any = self.chart(session_id)
        return OwnerChart(chart, GrantedScopes.parse("user/DocumentReference.cs"))

    def prove(self, who: Site, endpoint: str, form: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
        return {**form, "client_id": who.client_id}, {}

    def signing_kid(self) -> None:
        return None

    def public_jwks(self) -> dict[str, object]:
        return {"keys": []}

    def system_chart(self, site_name: str) -> None:
        return None

    def capabilities(self, chart: Any) -> Capabilities:
        notes = TypeCapabilities(frozenset({"create", "search-type"}), frozenset({"identifier"}))
        return Capabilities({"DocumentReference": notes})

    def search(self, query: str, resource_type: str) -> Iterator[Any]:
        return iter(())

    def read(self, resource_type: str, resource_id: str) -> Any:
        if resource_type == "Appointment" and resource_id in self.appointments:
            return self.appointments[resource_id]
        raise ChartUnreachable


@pytest.fixture
def new_profile(playwright: Playwright, tmp_path: Path) -> Iterator[Callable[..., BrowserContext]]:
    """A browser with a profile of its own, as somebody's is: cookies are kept, and preferences count."""
    made: list[BrowserContext] = []

    def make(preferences: dict[str, Any]) -> BrowserContext:
        folder = tmp_path / f"profile-{len(made)}"
        (folder / "Default").mkdir(parents=True)
        (folder / "Default" / "Preferences").write_text(json.dumps({"profile": preferences}))
        made.append(
            playwright.chromium.launch_persistent_context(folder, executable_path=CHROMIUM, args=ARGS)
        )
        made[-1].set_default_timeout(PATIENCE * 1000)
        return made[-1]

    yield make
    for context in made:
        context.close()


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOW)


@pytest.fixture
def policy() -> dict[str, Any]:
    """What the department wants; a test may replace it."""
    return {
        "phone": "+1 212-555-0170",
        "early_message": {
            "en": "Please have your medicines and your insurance card at hand.",
            "zh_Hant": "請備妥您的藥物與保險卡。",
        },
    }


@pytest.fixture
def rooms(tmp_path: Path, clock: FrozenClock, policy: dict[str, Any]) -> Iterator[Rooms]:
    KEYRING.load([KEY])
    port = free_port()
    settings = read_settings(
        {
            "VISITBRIDGE_BASE_URL": f"http://localhost:{port}",
            "VISITBRIDGE_SECRET_KEYS": KEY,
            "VISITBRIDGE_DATABASE_URL": f"sqlite:///{tmp_path / 'pages.db'}",
            "ZOOM_ACCOUNT_ID": "account",
            "ZOOM_CLIENT_ID": "client",
            "ZOOM_CLIENT_SECRET": "secret",
            "ZOOM_WEBHOOK_SECRET": FakeVideo.WEBHOOK_SECRET,
        }
    )
    database = Database(settings.database_url)
    Base.metadata.create_all(database.writer)
    site = ClinicSite(
        Site("sandbox", ("https://ehr.example/fhir",), "generic", "client", "public", None, ()),
        title="Harbor Clinic Group",
        time_zone="America/New_York",
        send_links=False,
        language="en",
        roles=("provider",),  # type: ignore[arg-type]  # by value
        zoom_hosts={},
        default_policy=Policy(**policy),
        department_policies={},
    )
    yield Rooms(
        settings=settings,
        clock=clock,
        wall=SystemClock(),
        random=Randomness(new_token, secrets.choice),
        db=database,
        sites=OneSite(site),
        video=FakeVideo(clock),
        video_origins=("https://video.example",),
        ehr=EmptyChart(),  # type: ignore[arg-type]  # what these pages touch of it
        gateways={"email": Postbox(), "sms": Postbox()},
        bell=LocalBell(),
        http=session_to(EhrAnswers(clock)),
    )
    database.dispose()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Compiled once for all the applications of these tests."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def origin(rooms: Rooms, templates: FileSystemBytecodeCache) -> Iterator[str]:
    """Where the application answers."""
    address = rooms.settings.base_url
    app = create_app(rooms)
    app.jinja_env.bytecode_cache = templates
    server = make_server("127.0.0.1", int(address.rsplit(":", 1)[1]), app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield address
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The app with its sandbox, for the tests of a file that go the whole way."""
    with opened_world(tmp_path_factory.mktemp("world")) as found:
        yield found


@pytest.fixture
def day(rooms: Rooms) -> ClinicDay:
    return ClinicDay(rooms)


@pytest.fixture
def new_context(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """A browser of its own, whose token is `browser`, with what Playwright can set."""
    made: list[BrowserContext] = []

    def make(browser: str = "", **wishes: Any) -> BrowserContext:
        context = chromium.new_context(**(READER | wishes))
        context.set_default_timeout(PATIENCE * 1000)
        if browser:
            context.add_cookies([browser_cookie(browser)])
        made.append(context)
        return context

    yield make
    for context in made:
        context.close()


@pytest.fixture
def picture(root: Path) -> Callable[[Page, str], None]:
    """Keep a picture of the page under docs/screens, if VISITBRIDGE_SCREENS is set."""

    def take(page: Page, name: str) -> None:
        if os.environ.get("VISITBRIDGE_SCREENS"):
            size = page.evaluate("({ width: innerWidth, height: document.documentElement.scrollHeight })")
            clip = {"x": 0, "y": 0, **size, "height": min(size["height"], TALLEST)}
            page.screenshot(path=root / "docs" / "screens" / f"{name}.png", full_page=True, clip=clip)

    return take
