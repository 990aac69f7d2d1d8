"""A walked visit is backed up while the app runs, restored elsewhere, and its page is the same."""

import html
import json
import os
import re
import shutil
import subprocess
import sys

import pytest

from sandbox.run.demo_keys import demo_keys
from sandbox.run.environment import demo_environment
from sandbox.run.household import Household
from sandbox.run.parts import Part
from sandbox.walk.stage import Ways
from tests.world import free_port, opened_world

DATABASE, BASE = "VISITBRIDGE_DATABASE_URL", "VISITBRIDGE_BASE_URL"
CLIENT_PROGRAMS = pytest.mark.skipif(
    not shutil.which("pg_dump") or not shutil.which("pg_restore"), reason="no pg_dump and pg_restore here"
)
# In the order of a visit: the launch, its page, the start, and the end.
WALKED = ("sign_in", "seen", "start", "host_link", "finish")
KINDS = ["sqlite", pytest.param("postgres", marks=[pytest.mark.postgres, CLIENT_PROGRAMS])]


@pytest.fixture(scope="module", params=KINDS)
def kind(request):
    return request.param


@pytest.fixture(scope="module")
def backed_up(request, kind, tmp_path_factory, root):
    """A running deployment after a visit, a copy of its database, and its pages as they were then."""
    folder = tmp_path_factory.mktemp("clinic")
    own = {DATABASE: request.getfixturevalue("new_postgres")()} if kind == "postgres" else {}
    with opened_world(folder, Ways(own)) as world:
        world.visit.walk()
        environment = demo_environment(os.environ, world.addresses, folder, demo_keys(folder)) | own
        file = folder / "copy"
        done = run(root, environment, "backup", str(file))
        assert done.returncode == 0, done.stderr
        yield world, environment, file, pages(world, environment[BASE])


@pytest.fixture
def elsewhere(kind, backed_up, tmp_path, request):
    """The environment of another deployment, whose database is empty."""
    _, environment, _, _ = backed_up
    empty = (
        request.getfixturevalue("new_postgres")()
        if kind == "postgres"
        else f"sqlite:///{tmp_path / 'restored.db'}"
    )
    return environment | {DATABASE: empty, BASE: f"http://localhost:{free_port()}"}


def run(root, environment, *arguments):
    command = [sys.executable, "-m", "app", *arguments]
    return subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def pages(world, base):
    """What provider and patient read on the visit's pages, served at this address."""
    visit, own = world.visit, world.addresses.app
    texts = []
    for person, url in ((visit._provider, visit._page.url), (visit._patient, visit.link)):
        page = person.browser.get(url.replace(own, base))
        assert page.status_code == 200
        texts.append(re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.text))).strip())
    return texts


def test_the_visits_pages_are_the_same_after_a_restore_elsewhere(backed_up, elsewhere, root, tmp_path):
    world, _, file, before = backed_up

    restored = run(root, elsewhere, "restore", str(file))
    migrated = run(root, elsewhere, "migrate")

    assert (restored.returncode, migrated.returncode) == (0, 0), restored.stderr
    assert restored.stdout == "Restored. Run `python -m app migrate`, then start.\n"
    household, port = Household(tmp_path), elsewhere[BASE].rpartition(":")[2]
    try:
        arguments = ("app", "serve", "--port", port)
        household.start(Part("app", arguments, f"{elsewhere[BASE]}/healthz", elsewhere))
        household.wait_until_up("app")
        assert pages(world, elsewhere[BASE]) == before
    finally:
        household.stop()


def test_the_record_of_who_did_what_is_whole_after_a_restore(backed_up, elsewhere, root):
    _, _, file, _ = backed_up
    run(root, elsewhere, "restore", str(file))

    said = run(root, elsewhere, "audit", "verify")
    acts = [json.loads(line)["act"] for line in run(root, elsewhere, "audit", "list").stdout.splitlines()]

    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith(f"Whole: {len(acts)} rows. Head: {len(acts)}:")
    assert [act for act in acts if act in WALKED] == list(WALKED)


def test_nothing_that_is_sealed_and_no_key_can_be_read_in_the_file(backed_up, kind):
    world, environment, file, _ = backed_up
    held = file.read_bytes()
    patients = world.ask(f"{world.addresses.ehr}/_day")["patients"]
    token = world.visit.link.rpartition("/")[2]
    secrets = [token, *environment["VISITBRIDGE_SECRET_KEYS"].split(","), environment["ZOOM_CLIENT_SECRET"]]

    assert len(patients) > 5
    for secret in (*secrets, *(patient["name"] for patient in patients)):
        assert secret.encode() not in held
    assert file.stat().st_mode & 0o077 == 0


def test_without_the_keys_it_says_that_nobody_can_read_it(backed_up, elsewhere, root):
    _, _, file, _ = backed_up
    other = elsewhere | {"VISITBRIDGE_SECRET_KEYS": "demo-only another key that is long enough"}

    said = run(root, other, "restore", str(file))

    assert said.returncode == 0
    assert "WARNING: the keys in VISITBRIDGE_SECRET_KEYS do not open it" in said.stdout


def test_nothing_is_restored_over_an_app_that_runs(backed_up, root):
    _, environment, file, _ = backed_up

    said = run(root, environment, "restore", str(file), "--force")

    assert said.returncode == 2
    assert "stop" in said.stderr
    assert "Traceback" not in said.stderr


def test_a_database_that_is_not_empty_is_replaced_only_by_force(backed_up, elsewhere, root):
    _, _, file, _ = backed_up
    run(root, elsewhere, "restore", str(file))

    refused = run(root, elsewhere, "restore", str(file))
    forced = run(root, elsewhere, "restore", str(file), "--force")

    assert (refused.returncode, forced.returncode) == (2, 0), forced.stderr
    assert "The database is not empty" in refused.stderr


def test_a_copy_is_never_written_over_another(backed_up, root):
    _, environment, file, _ = backed_up

    said = run(root, environment, "backup", str(file))

    assert (said.returncode, said.stderr) == (2, f"{file} is there already: give another name\n")


def test_what_is_no_copy_changes_nothing(backed_up, elsewhere, root, tmp_path):
    (tmp_path / "letter").write_text("Dear Rosa")

    said = [run(root, elsewhere, "restore", str(tmp_path / name)) for name in ("letter", "nowhere")]

    assert [one.returncode for one in said] == [2, 2]
    assert not any("Traceback" in one.stderr for one in said)


def test_a_machine_without_postgresql_s_programs_says_so_and_sqlite_needs_none(
    backed_up, kind, root, tmp_path
):
    _, environment, _, _ = backed_up

    said = run(root, environment | {"PATH": str(tmp_path)}, "backup", str(tmp_path / "copy"))

    wanted = (0, "") if kind == "sqlite" else (2, "pg_dump is not installed here: ")
    assert (said.returncode, said.stderr[: len(wanted[1])]) == wanted
