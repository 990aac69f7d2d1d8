"""`python -m app audit …`, as those who answer for a deployment meet it."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from app.cli import main
from app.store.audit import THE_COMMAND_LINE, Entry, append
from app.visits.deeds import Deed


@pytest.fixture
def chain(database, clock):
    """Three deeds of two visits, an hour apart."""
    for visit_id in ("v-1", "v-2", "v-1"):
        with database.write() as tx:
            append(tx, [Entry(THE_COMMAND_LINE, Deed.SEEN, visit_id)], clock.now())
        clock.forward(hours=1)


@pytest.fixture
def command(database_url):
    """Run it; its exit code and what it printed."""
    environment = {
        "VISITBRIDGE_BASE_URL": "http://localhost:8000",
        "VISITBRIDGE_SECRET_KEYS": "a key for tests that is long enough to be one",
        "VISITBRIDGE_DATABASE_URL": database_url,
        "ZOOM_ACCOUNT_ID": "account",
        "ZOOM_CLIENT_ID": "client",
        "ZOOM_CLIENT_SECRET": "secret",
        "ZOOM_WEBHOOK_SECRET": "webhook-secret",
    }

    def run(*arguments):
        done = CliRunner().invoke(main, ["audit", *arguments], env=environment)
        return done.exit_code, done.output.splitlines()

    return run


def test_a_whole_chain_is_said_with_its_head(chain, command):
    code, (line,) = command("verify")

    assert code == 0
    assert line.startswith("Whole: 3 rows. Head: 3:")
    assert command("verify", "--head", line.rpartition(" ")[2]) == (0, [line])


def test_the_first_broken_row_is_named(chain, command, database):
    with database.write() as tx:
        tx.execute(text("UPDATE audit SET visit_id = 'v-3' WHERE n = 2"))

    assert command("verify") == (1, ["Row 2: it is not as it was written.", "Whole as far as row 1."])


def test_a_chain_that_was_cut_off_does_not_hold_a_head_that_was_kept(chain, command, database):
    _, (line,) = command("verify")
    with database.write() as tx:
        tx.execute(text("DELETE FROM audit"))
        tx.execute(text("DELETE FROM audit_head"))

    assert command("verify")[0] == 0
    assert command("verify", "--head", line.rpartition(" ")[2]) == (
        1,
        ["Row 1: it is missing: the chain was longer when this head was kept.", "Whole as far as row 0."],
    )


def test_a_head_that_is_none_is_refused(chain, command):
    code, lines = command("verify", "--head", "3:rosa")

    assert code == 2
    assert "as `audit verify` printed it" in lines[-1]


def test_deeds_are_listed_as_json_lines(chain, command, clock):
    _, lines = command("list", "--visit", "v-1")
    rows = [json.loads(line) for line in lines]

    assert [(row["n"], row["act"], row["visit_id"]) for row in rows] == [
        (1, "seen", "v-1"),
        (3, "seen", "v-1"),
    ]
    _, since = command("list", "--since", rows[1]["at"].removesuffix("+00:00"))
    assert [json.loads(line)["n"] for line in since] == [3]


def test_a_database_without_the_tables_is_said_in_a_line(command, database):
    with database.write() as tx:
        there = tx.scalar(text("SELECT version_num FROM alembic_version"))
        tx.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    try:
        said = command("verify")
    finally:
        with database.write() as tx:
            tx.execute(text("UPDATE alembic_version SET version_num = :there"), {"there": there})

    assert said == (2, ["The database lacks tables of this version: run `python -m app migrate`."])
