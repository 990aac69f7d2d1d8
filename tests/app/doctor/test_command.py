"""`python -m app doctor`: the cause in the first line, and an exit code for scripts."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from app.cli import main

SITE = """
name = "harbor"
title = "Harbor Clinic"
iss = ["http://127.0.0.1:9/fhir"]
client_id = "client"
client_kind = "public"
scopes = ["launch", "openid", "fhirUser"]
time_zone = "America/New_York"
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "harbor.toml").write_text(SITE)
    return {
        "VISITBRIDGE_BASE_URL": "http://localhost:8000",
        "VISITBRIDGE_SECRET_KEYS": "a key for tests that is long enough to be one",
        "VISITBRIDGE_DATABASE_URL": f"sqlite:///{tmp_path / 'doctor.db'}",
        "VISITBRIDGE_EHR_DIR": str(tmp_path),
        "ZOOM_ACCOUNT_ID": "account",
        "ZOOM_CLIENT_ID": "client",
        "ZOOM_CLIENT_SECRET": "secret",
        "ZOOM_WEBHOOK_SECRET": "webhook-secret",
    }


def run(environment: dict[str, str], name: str) -> Result:
    return CliRunner().invoke(main, ["doctor", name], env=environment)


@pytest.fixture
def migrated(environment: dict[str, str]) -> dict[str, str]:
    assert CliRunner().invoke(main, ["migrate"], env=environment).exit_code == 0
    return environment


@pytest.mark.wire
def test_the_first_line_is_the_cause(migrated: dict[str, str]) -> None:
    told = run(migrated, "harbor")

    lines = told.output.splitlines()
    assert lines[0] == "harbor: The EHR cannot be reached at the address that the file names."
    assert lines[1].startswith("  Compare iss")
    assert told.exit_code == 1


def test_a_database_without_tables_is_said_plainly(environment: dict[str, str]) -> None:
    told = run(environment, "harbor")

    assert told.exit_code == 2
    assert "python -m app migrate" in told.output


def test_an_unknown_name_is_told_with_those_that_there_are(migrated: dict[str, str]) -> None:
    told = run(migrated, "elsewhere")

    assert told.exit_code == 2
    assert "There is: harbor" in told.output
