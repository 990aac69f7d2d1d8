"""The parts of a deployment of many processes, and the file that only one process may serve."""

import re
import socket
import subprocess
from pathlib import Path

import pytest
import requests

from app.store.one_process import AlreadyServed, one_process
from tests.app.serving.test_cli import environment, run, served, start
from tests.patience import PATIENCE, until

__all__ = ["environment"]


@pytest.mark.parametrize("command", [("worker",), ("events",), ("serve", "--without-jobs")])
def test_over_sqlite_one_process_does_all_the_work(
    command: tuple[str, ...], root: Path, environment: dict[str, str]
) -> None:
    done = run(root, environment, *command)

    name = " ".join(command)
    assert (done.returncode, done.stderr) == (
        2,
        f"VISITBRIDGE_DATABASE_URL: `{name}` needs PostgreSQL: over SQLite one `serve` does all the work\n",
    )


@pytest.mark.wire
def test_a_second_server_of_the_same_file_is_refused(
    root: Path, environment: dict[str, str], free_port: int
) -> None:
    run(root, environment, "migrate")

    with served(root, environment):
        second: subprocess.Popen[str] = start(root, environment, free_port)
        said = second.communicate(timeout=PATIENCE)[0]

    assert second.returncode == 2
    assert said == ("VISITBRIDGE_DATABASE_URL: another process works with this SQLite file: stop it first\n")


def test_a_file_is_free_again_when_its_holder_is_done(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'one.db'}"

    with one_process(url, 0.1).held(), pytest.raises(AlreadyServed), one_process(url, 0.1).held():
        pass

    with one_process(url, 0.1).held():
        pass


@pytest.mark.parametrize("url", ["sqlite:///:memory:", "postgresql+psycopg://u@127.0.0.1:1/visits"])
def test_what_is_no_file_is_everybodys(url: str) -> None:
    with one_process(url, 0.1).held(), one_process(url, 0.1).held():
        pass


@pytest.mark.wire
@pytest.mark.postgres
@pytest.mark.parametrize("part", ["worker", "events"])
def test_a_part_says_that_it_lives_is_ready_and_what_it_counted(
    part: str, root: Path, environment: dict[str, str], postgres_url: str
) -> None:
    with served(root, environment | {"VISITBRIDGE_DATABASE_URL": postgres_url}, part) as (process, url):
        until(lambda: requests.get(f"{url}/readyz", timeout=PATIENCE).status_code == 200, what="readiness")
        signs = {
            name: requests.get(f"{url}/{name}", timeout=PATIENCE) for name in ("healthz", "readyz", "metrics")
        }
        nothing = requests.get(f"{url}/launch", timeout=PATIENCE)
        process.terminate()
        said = process.communicate(timeout=PATIENCE)[0]

    assert [sign.status_code for sign in signs.values()] == [200, 200, 200]
    assert signs["readyz"].json() == {"ready": True, "missing": [], "silent": []}
    assert re.search(r"^visitbridge_inbox_unread \d", signs["metrics"].text, re.MULTILINE)
    assert nothing.status_code == 404
    assert process.returncode == 0, said


@pytest.mark.wire
def test_a_worker_whose_port_is_taken_says_so(root: Path, environment: dict[str, str]) -> None:
    nobody = {"VISITBRIDGE_DATABASE_URL": "postgresql://visits:a-password@127.0.0.1:1/visits"}
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = run(root, environment | nobody, "worker", "--port", str(port))

    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == (
        f"--port: 127.0.0.1:{port} cannot be used: is another worker there? Name a free one"
    )


@pytest.mark.wire
@pytest.mark.parametrize("part", ["worker", "events"])
def test_a_part_starts_before_its_database(part: str, root: Path, environment: dict[str, str]) -> None:
    nobody = {"VISITBRIDGE_DATABASE_URL": "postgresql://visits:a-password@127.0.0.1:1/visits"}

    with served(root, environment | nobody, part) as (process, url):
        alive = requests.get(f"{url}/healthz", timeout=PATIENCE)
        ready = requests.get(f"{url}/readyz", timeout=PATIENCE)
        process.terminate()
        said = process.communicate(timeout=PATIENCE)[0]

    assert (alive.status_code, ready.status_code) == (200, 503)
    assert ready.json() == {"ready": False, "missing": ["database"], "silent": []}
    assert (process.returncode, "a-password" in said) == (0, False)
