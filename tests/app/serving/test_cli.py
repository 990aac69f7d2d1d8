"""The command line, and the server that it starts, as those who run it meet them."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from app.cli import main
from app.factory import LARGEST_BODY
from tests.patience import PATIENCE, until
from tests.ports import free_port

SITE = """
name = "harbor"
title = "Harbor Clinic"
iss = ["https://ehr.example/fhir"]
client_id = "client"
client_kind = "public"
scopes = ["launch", "openid", "fhirUser"]
time_zone = "America/New_York"
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """A deployment that can start."""
    (tmp_path / "ehr").mkdir()
    (tmp_path / "ehr" / "harbor.toml").write_text(SITE)
    return {
        "VISITBRIDGE_BASE_URL": "http://localhost:8000",
        "VISITBRIDGE_SECRET_KEYS": "a key for tests that is long enough to be one",
        "VISITBRIDGE_DATABASE_URL": f"sqlite:///{tmp_path / 'served.db'}",
        "VISITBRIDGE_EHR_DIR": str(tmp_path / "ehr"),
        "ZOOM_ACCOUNT_ID": "account",
        "ZOOM_CLIENT_ID": "client",
        "ZOOM_CLIENT_SECRET": "secret",
        "ZOOM_WEBHOOK_SECRET": "webhook-secret",
        "PATH": os.environ["PATH"],
    }


def run(root: Path, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", *arguments]
    return subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


@contextmanager
def served(
    root: Path, environment: dict[str, str], command: str = "serve"
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = free_port()
    process = start(root, environment, port, command)
    try:
        wait_until_up(f"http://127.0.0.1:{port}/healthz", process)
        yield process, f"http://127.0.0.1:{port}"
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=PATIENCE)


def start(
    root: Path, environment: dict[str, str], port: int, command: str = "serve"
) -> subprocess.Popen[str]:
    whole = [sys.executable, "-m", "app", command, "--port", str(port)]
    out = subprocess.PIPE
    return subprocess.Popen(whole, cwd=root, env=environment, stdout=out, stderr=subprocess.STDOUT, text=True)


def wait_until_up(url: str, process: subprocess.Popen[str]) -> None:
    def is_up() -> bool:
        try:
            requests.get(url, timeout=PATIENCE)
        except requests.RequestException:
            assert process.poll() is None, process.communicate()[0]
            return False
        return True

    until(is_up, what="the server")


def test_wrong_settings_are_said_in_lines_and_not_in_a_traceback(
    root: Path, environment: dict[str, str]
) -> None:
    del environment["ZOOM_CLIENT_SECRET"], environment["VISITBRIDGE_SECRET_KEYS"]

    done = run(root, environment, "serve")

    assert done.returncode == 2
    assert sorted(done.stderr.splitlines()) == [
        "VISITBRIDGE_SECRET_KEYS: is not set",
        "ZOOM_CLIENT_SECRET: is not set",
    ]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"VISITBRIDGE_CLIENT_JWKS": "{}"}, "VISITBRIDGE_CLIENT_JWKS: "),
        ({"VISITBRIDGE_EHR_DIR": "/nowhere"}, "VISITBRIDGE_EHR_DIR"),
        ({"VISITBRIDGE_LOG_LEVEL": "LOUD"}, "VISITBRIDGE_LOG_LEVEL"),
        ({"VISITBRIDGE_DATABASE_URL": "visits.db"}, "VISITBRIDGE_DATABASE_URL"),
    ],
)
def test_the_start_stops_at_what_it_cannot_use(
    root: Path, environment: dict[str, str], changed: dict[str, str], said: str
) -> None:
    done = run(root, environment | changed, "serve")

    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_there_is_not_is_a_line(root: Path, environment: dict[str, str]) -> None:
    done = run(root, environment, "serve", "--port", "999999")

    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    assert "999999 is not in the range" in done.stderr.splitlines()[-1]


def test_a_database_that_does_not_answer_is_said_without_its_secrets(
    root: Path, environment: dict[str, str]
) -> None:
    url = "postgresql://visits:a-password@127.0.0.1:1/visits"

    done = run(root, environment | {"VISITBRIDGE_DATABASE_URL": url}, "migrate")

    assert done.returncode == 2
    assert done.stderr == "VISITBRIDGE_DATABASE_URL: the database does not answer\n"


def test_no_token_goes_to_an_ehr_in_clear(root: Path, environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "ehr" / "harbor.toml").write_text(SITE.replace("https://ehr", "http://ehr"))
    public = {"VISITBRIDGE_BASE_URL": "https://visits.example.org"}

    done = run(root, environment | public, "serve")

    assert (done.returncode, done.stderr) == (2, "harbor.toml: iss: use https: tokens go there\n")


def test_a_signed_client_needs_a_key(root: Path, environment: dict[str, str], tmp_path: Path) -> None:
    text = SITE.replace('"public"', '"private_key_jwt"')
    (tmp_path / "ehr" / "harbor.toml").write_text(text)

    done = run(root, environment, "serve")

    assert (done.returncode, done.stderr) == (
        2,
        "VISITBRIDGE_CLIENT_JWKS: is not set, and harbor is private_key_jwt\n",
    )


def test_a_back_end_needs_a_key_too(root: Path, environment: dict[str, str], tmp_path: Path) -> None:
    back_end = 'backend_client_id = "back-end"\nbackend_scopes = ["system/Patient.rs"]\n'
    (tmp_path / "ehr" / "harbor.toml").write_text(SITE + back_end)

    done = run(root, environment, "serve")

    assert (done.returncode, done.stderr) == (
        2,
        "VISITBRIDGE_CLIENT_JWKS: is not set, and harbor has a backend_client_id\n",
    )


def test_where_nothing_is_set_up_new_keys_are_lines_for_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("VISITBRIDGE_SECRET_KEYS", raising=False)

    said = CliRunner().invoke(main, ["keys", "new", "--alg", "RS384"]).output

    assert re.search(r"^VISITBRIDGE_SECRET_KEYS=\S{40,}$", said, re.MULTILINE)
    assert re.search(r"^VISITBRIDGE_CLIENT_JWKS='\{\"keys\": .*\}'$", said, re.MULTILINE)


def test_keys_are_made_rotated_and_retired_by_commands(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def keys(*arguments: str) -> str:
        done = CliRunner().invoke(main, ["keys", *arguments])
        return f"{done.exit_code} {done.output}"

    assert CliRunner().invoke(main, ["migrate"]).exit_code == 0
    assert re.match(r"0 \w{16} ES384 signing since ", keys("new"))
    assert re.match(r"0 \w{16} RS384 published since .*\n.*keys rotate", keys("new", "--alg", "RS384"))
    assert re.match(r"1 Error: EHRs may not have fetched it yet: try again in 10 min", keys("rotate"))
    assert re.match(r"0 \w{16} RS384 signing since ", keys("rotate", "--now"))
    assert keys("retire").startswith("1 Error: what it signed may still be on its way")
    assert re.match(r"0 \w{16} retired\n$", keys("retire", "--now"))
    assert re.match(r"0 \w{16} RS384 signing since \S+\n$", keys("list"))
    [key] = json.loads(keys("list", "--jwks")[2:])["keys"]
    assert key["alg"] == "RS384"
    assert "d" not in key


@pytest.mark.wire
def test_it_serves_counts_and_is_ready_once_migrated(root: Path, environment: dict[str, str]) -> None:
    with served(root, environment) as (_, url):
        before = requests.get(f"{url}/readyz", timeout=PATIENCE)
        lacking = {"ready": False, "missing": ["schema"], "silent": []}
        assert (before.status_code, before.json()) == (503, lacking)

        assert run(root, environment, "migrate").returncode == 0

        until(lambda: requests.get(f"{url}/readyz", timeout=PATIENCE).json()["ready"])
        counted = requests.get(f"{url}/metrics", timeout=PATIENCE).text
        assert 'visitbridge_requests_total{method="GET",route="/readyz",status="503"} 1.0' in counted


@pytest.mark.wire
def test_the_start_names_what_should_not_stay_so(
    root: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "ehr" / "south.toml").write_text(SITE.replace("harbor", "south").replace("ehr.", "south."))

    with served(root, environment) as (process, _):
        process.terminate()
        said = process.communicate(timeout=PATIENCE)[0]

    warned = [json.loads(line) for line in said.splitlines() if '"warning"' in line]
    assert [(line["event"], line["hint"], line.get("site")) for line in warned if "hint" in line] == [
        ("database_not_migrated", "run python -m app migrate", None),
        ("ehr_shares_its_callback", "set own_callback in its file", "harbor"),
        ("ehr_shares_its_callback", "set own_callback in its file", "south"),
    ]


@pytest.mark.wire
def test_a_start_with_nothing_amiss_warns_of_nothing(root: Path, environment: dict[str, str]) -> None:
    run(root, environment, "migrate")

    with served(root, environment) as (process, _):
        process.terminate()
        said = process.communicate(timeout=PATIENCE)[0]

    assert "migrate" not in said
    assert "callback" not in said


@pytest.mark.wire
def test_a_delivery_in_chunks_may_not_be_larger_than_another(root: Path, environment: dict[str, str]) -> None:
    run(root, environment, "migrate")
    largest = [b"x" * 65536] * (LARGEST_BODY // 65536)
    with served(root, environment) as (_, url):
        # One byte more, and a line for each: a server that leaves half of a body unread may cut the line.
        answers = [
            requests.post(f"{url}/webhooks/zoom", data=iter(chunks), timeout=PATIENCE)
            for chunks in ([*largest, b"x"], largest, [b"{}"])
        ]

    assert [answer.status_code for answer in answers] == [413, 401, 401]


@pytest.mark.wire
def test_an_account_signs_in_by_the_link_that_is_printed(root: Path, environment: dict[str, str]) -> None:
    run(root, environment, "migrate")

    added = run(root, environment, "staff", "add", "rlee", "--name", "Robin Lee", "--role", "scheduler")

    with served(root, environment) as (_, url):
        path = added.stdout.strip().removeprefix("http://localhost:8000")
        assert "Robin Lee" in requests.get(url + path, timeout=PATIENCE).text


@pytest.fixture
def add(root: Path, environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`staff add` of Robin Lee, with more arguments."""
    run(root, environment, "migrate")
    return lambda *more: run(root, environment, "staff", "add", "rlee", "--name", "Robin Lee", *more)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--site", "habor"), "there is no habor. There is: harbor"),
        (("--department", "loc-1"), "--department needs --site"),
    ],
)
def test_no_account_is_made_for_a_place_that_there_is_not(
    add: Callable[..., subprocess.CompletedProcess[str]], more: tuple[str, ...], said: str
) -> None:
    refused = add(*more)

    assert (refused.returncode, refused.stdout) == (2, "")
    assert said in refused.stderr
    assert "exists" not in add().stderr


def test_a_department_that_nothing_names_is_said_and_one_of_the_file_is_not(
    add: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    (tmp_path / "ehr" / "harbor.toml").write_text(f'{SITE}[policy."loc-1"]\nphone = "+1 212-555-0170"\n')

    named, unnamed = (add("--site", "harbor", "--department", one) for one in ("loc-1", "loc-2"))

    assert named.stderr == ""
    assert "names the department loc-2" in unnamed.stderr
    assert (named.returncode, unnamed.returncode) == (0, 0)


def test_an_account_that_exists_says_that_its_roles_stay(
    add: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    first, again = add("--role", "scheduler"), add("--role", "provider")

    assert first.stderr == ""
    assert again.stderr == "The account rlee exists: its name and roles are unchanged.\n"
    assert again.stdout.startswith("http://localhost:8000/signin/")


@pytest.mark.wire
def test_the_log_holds_templates_and_no_paths(root: Path, environment: dict[str, str]) -> None:
    with served(root, environment) as (process, url):
        requests.get(f"{url}/v/a-secret-token?name=Rosa", timeout=PATIENCE)
        process.terminate()
        said = process.communicate(timeout=PATIENCE)[0]

    assert '"route": "/v/<token>"' in said or '"route": "<unmatched>"' in said
    assert "a-secret-token" not in said
    assert "Rosa" not in said


@pytest.mark.wire
def test_a_long_code_is_read_and_no_header_moves_the_paths(root: Path, environment: dict[str, str]) -> None:
    run(root, environment, "migrate")
    with served(root, environment) as (_, address), requests.Session() as session:
        long = session.get(f"{address}/launch/callback?state=unknown&code={'x' * 7000}", timeout=PATIENCE)
        moved = session.get(f"{address}/healthz", headers={"SCRIPT_NAME": "/elsewhere"}, timeout=PATIENCE)

    assert long.headers["Content-Type"].startswith(("text/html", "application/problem"))
    assert "VB-1" in long.text
    assert moved.status_code == 200


@pytest.mark.wire
def test_a_killed_server_frees_its_port_at_once(root: Path, environment: dict[str, str]) -> None:
    run(root, environment, "migrate")
    with served(root, environment) as (process, url):
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=PATIENCE)

        again = start(root, environment, int(url.rpartition(":")[2]))
        try:
            wait_until_up(f"{url}/healthz", again)
        finally:
            again.terminate()
            again.communicate(timeout=PATIENCE)


@pytest.mark.wire
def test_an_interrupted_server_leaves_no_process(root: Path, environment: dict[str, str]) -> None:
    with served(root, environment) as (process, url):
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=PATIENCE)

        with pytest.raises(requests.ConnectionError):
            requests.get(f"{url}/healthz", timeout=PATIENCE)
