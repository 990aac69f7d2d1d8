"""An ended token is renewed once, however many threads and processes need it at the same moment."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from app.ports import Rooms
from app.rooms import compose
from app.services.begin_launch import begin_launch
from app.services.finish_launch import finish_launch
from app.settings import read_settings
from app.store.migrate import migrate
from sandbox.ehr.app import create_app as create_ehr
from sandbox.ehr.config import EhrConfig
from sandbox.serving import served

pytestmark = pytest.mark.wire
APP = "http://localhost:8000"
THREADS = 25
SITE = """
name = "sandbox"
title = "Sandbox"
iss = ["{ehr}/fhir"]
client_id = "visitbridge-public"
client_kind = "public"
scopes = ["launch", "openid", "fhirUser", "online_access", "user/Patient.rs", "user/Practitioner.rs",
          "user/Location.rs", "user/Appointment.rs", "user/Encounter.rs"]
time_zone = "America/New_York"
"""
# A process of the deployment: many threads that read the same chart, when they are told to.
READERS = """
import sys
from concurrent.futures import ThreadPoolExecutor
from app.rooms import compose
from app.settings import read_settings

session, patient, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
rooms = compose(read_settings())
print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor(threads) as pool:
    read = pool.map(lambda _: rooms.ehr.chart(session).read("Patient", patient)["id"], range(threads))
    print(sum(found == patient for found in read), flush=True)
"""


@pytest.fixture(params=["sqlite", "postgres"])
def environment(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    url = f"sqlite:///{tmp_path / 'app.db'}"
    if request.param == "postgres":
        new_postgres: Callable[[], str] = request.getfixturevalue("new_postgres")
        url = new_postgres()
    told = {
        "VISITBRIDGE_BASE_URL": APP,
        "VISITBRIDGE_SECRET_KEYS": "a key for tests that is long enough to be one",
        "VISITBRIDGE_DATABASE_URL": url,
        "VISITBRIDGE_EHR_DIR": str(tmp_path),
        "VISITBRIDGE_LOG_LEVEL": "WARNING",
        "ZOOM_ACCOUNT_ID": "account",
        "ZOOM_CLIENT_ID": "client",
        "ZOOM_CLIENT_SECRET": "secret",
        "ZOOM_WEBHOOK_SECRET": "webhook-secret",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    return {**os.environ, **told}


@pytest.fixture
def ehr(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = int(found.getsockname()[1])
    url = f"http://127.0.0.1:{port}"
    (tmp_path / "sandbox.toml").write_text(SITE.format(ehr=url))
    with served(create_ehr(EhrConfig(port=port, app_url=APP)), port):
        yield url


@pytest.fixture
def rooms(environment: dict[str, str], ehr: str) -> Iterator[Rooms]:
    made = compose(read_settings())
    migrate(made.db)
    yield made
    made.db.dispose()


def launch(rooms: Rooms, ehr: str) -> tuple[str, str]:
    """Somebody comes in: the session, and a patient whom they may read."""
    appointment = requests.get(f"{ehr}/_day", timeout=10).json()["appointments"][0]
    order = {"app": f"{APP}/launch", "context": {"appointment": appointment["id"]}}
    clicked = parse_qs(urlsplit(requests.post(f"{ehr}/_launch", json=order, timeout=10).json()["url"]).query)
    asked = begin_launch(rooms, clicked["iss"][0], clicked["launch"][0], "browser")
    answer = requests.get(asked.url, allow_redirects=False, timeout=10)
    back = parse_qs(urlsplit(answer.headers["Location"]).query)
    arrival = finish_launch(rooms, back["state"][0], back["code"][0], "browser")
    return arrival.session_id, appointment["patient"]


def break_it(ehr: str, name: str, **options: Any) -> None:
    requests.post(f"{ehr}/_break", json={"name": name, **options}, timeout=10).raise_for_status()


def token_requests(ehr: str) -> int:
    told = requests.get(f"{ehr}/_requests?since=0", timeout=10).json()
    rows = told if isinstance(told, list) else told["requests"]
    return sum(row["path"] == "/oauth2/token" for row in rows)


@contextmanager
def readers(environment: dict[str, str], root: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", READERS, *arguments]
    with subprocess.Popen(
        command, cwd=root, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        yield process


@pytest.mark.smart(105, 106, 117)
@pytest.mark.parametrize(("how", "rotating"), [("ended", True), ("refused", False)])
def test_fifty_threads_of_two_processes_renew_it_once(
    rooms: Rooms, ehr: str, environment: dict[str, str], root: Path, how: str, rotating: bool
) -> None:
    if how == "ended":
        break_it(ehr, "short_tokens", on=True, seconds=1, times=1)
    session_id, patient = launch(rooms, ehr)
    if how == "refused":
        break_it(ehr, "expire_tokens")
    break_it(ehr, "rotate_refresh", on=rotating)
    before = token_requests(ehr)

    with ExitStack() as stack:
        order = (session_id, patient, str(THREADS))
        processes = [stack.enter_context(readers(environment, root, *order)) for _ in range(2)]
        for process in processes:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        read = [process.communicate(timeout=60)[0] for process in processes]

    assert read == [f"{THREADS}\n"] * 2
    assert token_requests(ehr) == before + 1
