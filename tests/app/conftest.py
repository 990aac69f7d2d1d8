"""A clinic with a database of each kind that there is, a clock that stands, and a video vendor."""

import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import Engine, create_engine, event, make_url

from app.bell import LocalBell
from app.clock import FrozenClock
from app.crypto import KEYRING, new_token
from app.models import Base
from app.ports import Message, Randomness, Rooms
from app.settings import Settings, read_settings
from app.sites import ClinicSite, Policy
from app.store.database import Database
from app.store.migrate import migrate
from launch.sites import Site
from tests.app.fake_video import FakeVideo

NOW = datetime(2026, 11, 23, 14, 50, tzinfo=UTC)  # ten minutes before the slot, in the morning of New York
POSTGRES = "VISITBRIDGE_TEST_POSTGRES_URL"
# Without a server these tests run over SQLite alone; one test says so by being skipped.
KINDS = [
    "sqlite",
    *([pytest.param("postgres", marks=pytest.mark.postgres)] if os.environ.get(POSTGRES) else []),
]
COUNTED = {"inbox": "seq", "call_fact": "id", "visit_act": "id", "stream_event": "n"}
KEYRING.load(["a key for tests that is long enough to be one"])


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with this version's tables and nothing in them."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    database = Database(f"sqlite:///{path}")
    migrate(database)
    database.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_url(new_postgres: Callable[[], str]) -> str:
    """A PostgreSQL database of this run's own, with this version's tables."""
    url = new_postgres()
    database = Database(url)
    migrate(database)
    database.dispose()
    return url


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty database is. Tests that use it run once for each kind."""
    if request.param == "sqlite":
        copied = shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "test.db")
        return f"sqlite:///{copied}"
    url = str(request.getfixturevalue("postgres_url"))
    _empty(url)
    return url


def _empty(url: str) -> None:
    """Rows and counters go, in one message; TRUNCATE would make new files for every table and index."""
    deletes = [str(table.delete()) for table in reversed(Base.metadata.sorted_tables)]
    resets = [
        f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), 1, false)"
        for table, column in COUNTED.items()
    ]
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        connection.execute("; ".join([*deletes, *resets]))


def _know_statements_again(database: Database, known: dict[str, Engine]) -> None:
    """Each statement is compiled once for all tests, as in an app that runs on, not once for each.

    SQLAlchemy keeps what it compiled with the engine, and knows it again by the dialect.
    """
    for role, engine in (("writer", database.writer), ("reader", database.reader)):
        name = f"{engine.dialect.name} {role}"
        if name not in known:
            known[name] = create_engine(database.url)
            # A dialect is complete once it has seen a server.
            known[name].connect().close()
            known[name].dispose()
        engine.dialect = engine.pool._dialect = known[name].dialect
        engine._compiled_cache = known[name]._compiled_cache


@pytest.fixture(scope="session")
def known_statements() -> dict[str, Engine]:
    """An engine of each kind, which remembers the statements of all tests."""
    return {}


@pytest.fixture
def database(database_url: str, known_statements: dict[str, Engine]) -> Iterator[Database]:
    """An empty database. SQLite's waits for the disk are left out: nobody pulls the plug on a test."""
    found = Database(database_url)
    _know_statements_again(found, known_statements)
    if found.is_sqlite:
        event.listen(found.writer, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))
    yield found
    # A thread that a test began may be reading still: it gives its connection back before the pool is gone.
    deadline = time.monotonic() + 30
    while any(engine.pool.checkedout() for engine in (found.writer, found.reader)):  # type: ignore[attr-defined]  # of a QueuePool
        if time.monotonic() > deadline:
            break
        time.sleep(0.01)
    found.dispose()


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock(NOW)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings(
        {
            "VISITBRIDGE_BASE_URL": "http://localhost:8000",
            "VISITBRIDGE_SECRET_KEYS": "a key for tests that is long enough to be one",
            "VISITBRIDGE_DATABASE_URL": f"sqlite:///{tmp_path / 'unused.db'}",
            "VISITBRIDGE_REGISTRANT_DOMAIN": "visits.example",
            "ZOOM_ACCOUNT_ID": "account",
            "ZOOM_CLIENT_ID": "client",
            "ZOOM_CLIENT_SECRET": "secret",
            "ZOOM_WEBHOOK_SECRET": FakeVideo.WEBHOOK_SECRET,
        }
    )


@pytest.fixture
def make_site() -> Callable[..., ClinicSite]:
    """A clinic in New York, with changes by name; `policy` takes keys of a department's policy."""

    def make(policy: dict[str, Any] | None = None, **changes: Any) -> ClinicSite:
        plain: dict[str, Any] = {
            "launch": Site("sandbox", ("https://ehr.example/fhir",), "generic", "client", "public", None, ()),
            "title": "Harbor Clinic",
            "time_zone": "America/New_York",
            "send_links": False,
            "language": "en",
            "roles": ("provider",),
            "zoom_hosts": {},
            "default_policy": Policy(**(policy or {})),
            "department_policies": {},
        }
        return ClinicSite(**(plain | changes))

    return make


class OneSite:
    """The registry of a deployment with one EHR, which a test may replace."""

    def __init__(self, site: ClinicSite) -> None:
        self.site = site

    def by_name(self, name: str) -> ClinicSite:
        assert name == self.site.name
        return self.site

    def by_issuer(self, iss: str) -> ClinicSite:
        return self.site

    def all(self) -> tuple[ClinicSite, ...]:
        return (self.site,)


class Postbox:
    """A message gateway that keeps what it is given. `failures` are raised first, one a try."""

    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.failures: list[Exception] = []

    def send(self, message: Message) -> str | None:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append(message)
        return f"gateway-{len(self.sent)}"


@pytest.fixture
def video(clock: FrozenClock) -> FakeVideo:
    return FakeVideo(clock)


@pytest.fixture
def rooms(
    database: Database,
    clock: FrozenClock,
    settings: Settings,
    video: FakeVideo,
    make_site: Callable[..., ClinicSite],
) -> Rooms:
    """Everything a service may reach: a real database, a fake vendor, two postboxes."""
    return Rooms(
        settings=settings,
        clock=clock,
        wall=clock,
        random=Randomness(new_token, secrets.choice),
        db=database,
        sites=OneSite(make_site()),
        video=video,
        video_origins=("https://video.example",),
        ehr=None,  # type: ignore[arg-type]  # no service here reads the chart
        gateways={"email": Postbox(), "sms": Postbox()},
        bell=LocalBell(),
    )


@pytest.fixture
def minutes() -> Callable[[float], datetime]:
    """An instant so many minutes from the slot, which is ten minutes from now."""
    return lambda count: NOW + timedelta(minutes=10 + count)
