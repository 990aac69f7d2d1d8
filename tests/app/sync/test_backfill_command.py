"""`python -m app backfill`, killed in the middle and run again, against the strict sandbox EHR."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from app.models import SyncPurse
from app.store.backfills import course_of
from tests.patience import PATIENCE, until

pytestmark = pytest.mark.wire
SITE = """
name = "sandbox"
title = "Harbor Clinic"
iss = ["{url}/fhir"]
client_id = "writer"
client_kind = "private_key_jwt"
scopes = ["launch", "openid", "fhirUser"]
backend_client_id = "writer"
backend_scopes = ["system/Patient.rs", "system/Appointment.rus", "system/Encounter.crus"]
time_zone = "America/New_York"
send_links = true

[sync]
locations = ["vb-location-sync"]
requests_per_hour = {budget}
"""
NUMBER = 24


class Command:
    """The command in a process of its own, over the test's database."""

    def __init__(self, desk, database_url, folder: Path, root: Path) -> None:
        self._desk, self._root, self._file = desk, root, folder / "ehr" / "sandbox.toml"
        self._file.parent.mkdir()
        self._environment = {
            "VISITBRIDGE_BASE_URL": "http://localhost:8000",
            "VISITBRIDGE_SECRET_KEYS": "a key for tests that is long enough to be one",
            "VISITBRIDGE_DATABASE_URL": database_url,
            "VISITBRIDGE_EHR_DIR": str(self._file.parent),
            "VISITBRIDGE_CLIENT_JWKS": json.dumps({"keys": [desk.clinic.key.as_dict(private=True)]}),
            "VISITBRIDGE_SMTP_URL": "smtp://127.0.0.1:9",  # the command delivers nothing itself
            "ZOOM_ACCOUNT_ID": "account",
            "ZOOM_CLIENT_ID": "client",
            "ZOOM_CLIENT_SECRET": "secret",
            "ZOOM_WEBHOOK_SECRET": "webhook-secret",
            "PATH": os.environ["PATH"],
        }

    def start(self, *options: str, budget: int = 100_000) -> subprocess.Popen[str]:
        self._file.write_text(SITE.format(url=self._desk.clinic.url, budget=budget))
        command = [sys.executable, "-m", "app", "backfill", "sandbox", *options]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, cwd=self._root, env=self._environment, **pipes)  # type: ignore[call-overload]  # three words for pipes

    def run(self, *options: str) -> list[str]:
        process = self.start(*options)
        said, complaints = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, complaints
        return said.splitlines()


@pytest.fixture
def command(desk, database_url, tmp_path, root):
    return Command(desk, database_url, tmp_path, root)


@pytest.fixture
def booked(desk):
    """Appointments of the next three days, by the wall's clock, which the command follows."""
    desk.clock.instant = datetime.now(UTC)
    for number in range(NUMBER):
        desk.book(number, start=datetime.now(UTC) + timedelta(hours=3 * number + 1))


def let_an_hour_pass(desk):
    """What may be asked is whole again."""
    with desk.rooms.db.write() as tx:
        tx.execute(delete(SyncPurse))


def course(desk):
    with desk.rooms.db.read() as tx:
        return course_of(tx, "sandbox")


def test_killed_in_the_middle_and_run_again_every_visit_has_its_link_once(desk, command, booked):
    # So small a budget is spent in the middle of the first days; then it waits for minutes.
    first = command.start(budget=30)
    until(lambda: first.poll() is not None or desk.visits(), what="a visit")
    first.kill()
    first.communicate()
    assert 0 < len(desk.visits()) < NUMBER
    assert course(desk).ended_at is None
    tokens = {name: visit.people[0].token for name, visit in desk.visits().items()}

    let_an_hour_pass(desk)
    desk.clinic.switch("ehr_slow", what="fhir", seconds=0.05)
    second, before = command.start(), len(desk.visits())
    until(lambda: second.poll() is not None or len(desk.visits()) > before, what="another visit")
    second.kill()
    second.communicate()
    desk.clinic.switch("ehr_slow", on=False)
    said = command.run()

    visits = desk.visits()
    assert said[-1] == "Done."
    assert set(visits) == {f"sync-{number}" for number in range(NUMBER)}
    assert {name: visits[name].people[0].token for name in tokens} == tokens
    links = [row.visit_id for row in desk.owed() if row.kind == "send_link"]
    assert sorted(links) == sorted(visit.id for visit in visits.values())
    assert course(desk).ended_at is not None


def test_a_dry_run_says_numbers_by_reason_and_leaves_nothing(desk, command, booked):
    said = command.run("--dry-run")

    assert said == [f"{NUMBER:>7}  new", "Nothing was made or sent."]
    assert desk.visits() == {}
    assert (desk.owed(), course(desk)) == ([], None)


def test_days_that_are_over_and_an_ehr_that_is_not_there_are_said(desk, command):
    process = command.start("--to", "2020-01-01")
    _, complaints = process.communicate(timeout=PATIENCE)

    assert process.returncode == 2
    assert "the last day is before the first" in complaints
