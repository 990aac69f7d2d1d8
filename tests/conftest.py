"""What every test may use: the shared folder, and a clinic whose clock is not UTC."""

import gc
import logging
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings
from sqlalchemy import create_engine, make_url, text

from app.logs import OURS, LibraryLines
from tests.chromium import chromium, playwright

__all__ = ["chromium", "playwright"]

ROOT = Path(__file__).resolve().parent.parent
# A file of few tests may take minutes: begun last, one processor would end alone.
SLOWEST = ("journeys", "browser", "bench")
WIRED = ("journeys", "browser", "sandbox")
POSTGRES = "VISITBRIDGE_TEST_POSTGRES_URL"

# Machines are shared and slow at times: no test fails for the time that it took.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")

os.environ["TZ"] = "America/New_York"
time.tzset()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slowest folders first. Tests of real servers may open any socket; the others reach loopback."""
    items.sort(key=lambda item: item.path.relative_to(ROOT / "tests").parts[0] not in SLOWEST)
    for item in items:
        wired = any(part in WIRED for part in item.path.relative_to(ROOT).parts)
        if wired or item.get_closest_marker("wire") or item.get_closest_marker("postgres"):
            item.add_marker(pytest.mark.enable_socket)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the garbage collector need not look at it again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """A command that sets up the logs of its process says nothing of the next test's."""
    yield
    if not structlog.is_configured():
        return
    structlog.reset_defaults()
    root = logging.getLogger()
    root.handlers[:] = [one for one in root.handlers if not isinstance(one.formatter, LibraryLines)]
    for room in OURS:
        logging.getLogger(room).setLevel(logging.NOTSET)


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of vendors' payloads and specifications; tests that need it skip where it is absent."""
    folder = Path(os.environ.get("VISITBRIDGE_SHARED", ROOT.parent / "shared")).resolve()
    if not folder.is_dir():
        pytest.skip(f"no folder of samples at {folder} (set VISITBRIDGE_SHARED)")
    return folder


@pytest.fixture(scope="session")
def new_postgres() -> Iterator[Callable[[], str]]:
    """Makes empty PostgreSQL databases of this run's own, and drops them after it."""
    given = os.environ.get(POSTGRES)
    if not given:
        pytest.skip(f"no PostgreSQL server: set {POSTGRES}, and every test of the database runs on it too")
    server = create_engine(make_url(given), isolation_level="AUTOCOMMIT")
    made: list[str] = []

    def make() -> str:
        made.append(f"visitbridge_{os.getpid()}_{len(made)}")
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {made[-1]}"))
        return make_url(given).set(database=made[-1]).render_as_string(hide_password=False)

    yield make
    with server.connect() as connection:
        for name in made:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    server.dispose()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):  # type: ignore[no-untyped-def]  # a pytest hook
    """With CI set, a skip is a failure: CI has installed everything."""
    report = yield
    if report.skipped and os.environ.get("CI"):
        report.outcome = "failed"
        report.longrepr = f"skipped in CI: {report.longrepr}"
    return report
