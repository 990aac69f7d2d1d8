"""From the first home to the second: a visit that was walked over SQLite is all there on PostgreSQL."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime

import pytest
import requests
from sqlalchemy import Boolean, Date, Integer, insert, select, text

from app.crypto import SealedText
from app.models import Base
from app.models.base import Instant
from app.store.database import Database
from app.store.migrate import migrate
from app.store.stream import Line, append_lines
from sandbox.run.demo_keys import demo_keys
from sandbox.run.environment import demo_environment
from sandbox.run.household import Household
from sandbox.run.parts import app_part
from tests.keyring import keys_of
from tests.patience import PATIENCE
from tests.world import opened_world

pytestmark = pytest.mark.postgres
TABLES = Base.metadata.sorted_tables
NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


@pytest.fixture
def new_home(new_postgres):
    """An empty PostgreSQL database with this version's tables."""
    url = new_postgres()
    database = Database(url)
    migrate(database)
    yield database
    database.dispose()


def url_of(database):
    return database.url.render_as_string(hide_password=False)


def move(root, environment, to_url):
    command = [sys.executable, "-m", "app", "move-database", to_url]
    return subprocess.run(
        command, cwd=root, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def rows(database, table, *columns):
    """All rows, opened, whatever their order."""
    with database.read() as tx:
        found = tx.execute(select(*(columns or table.columns))).all()
    return sorted((tuple(row) for row in found), key=repr)


def fill(database, table):
    """A row in a table that the visit left empty, which refers to rows that are there."""
    with database.write() as tx:
        values = {column.name: a_value(tx, column) for column in table.columns}
        tx.execute(insert(table).values(values))


def a_value(tx, column):
    for key in column.foreign_keys:
        return tx.scalar(select(key.column).limit(1))
    if isinstance(column.type, SealedText):
        return f"secret of {column}: 王小明"
    kinds = ((Instant, NOW), (Date, date(2026, 11, 23)), (Boolean, True), (Integer, 7))
    return next((value for kind, value in kinds if isinstance(column.type, kind)), f"{column} ü\t'\"\\")


@pytest.fixture(scope="module")
def walked(tmp_path_factory, root):
    """A deployment over SQLite after a visit: its environment, folder, addresses, and the patient's link."""
    folder = tmp_path_factory.mktemp("first-home")
    with opened_world(folder) as world:
        world.visit.walk()
        environment = demo_environment(os.environ, world.addresses, folder, demo_keys(folder))
        unmoved = move(root, environment, "postgresql://nobody@127.0.0.1:1/nowhere")
    assert (unmoved.returncode, unmoved.stderr) == (
        2,
        "VISITBRIDGE_DATABASE_URL: another process works with this SQLite file: stop it first\n",
    )
    old_home = Database(environment["VISITBRIDGE_DATABASE_URL"])
    with keys_of(demo_keys(folder).secret_keys.split(",")):
        for table in TABLES:
            if not rows(old_home, table):
                fill(old_home, table)
        yield old_home, environment, world
    old_home.dispose()


def test_every_row_of_every_table_arrives_as_it_was(walked, new_home, root):
    old_home, environment, _ = walked

    done = move(root, environment, url_of(new_home))

    assert done.returncode == 0, done.stderr
    for table in TABLES:
        assert rows(new_home, table) == rows(old_home, table) != [], table.name
        assert f" {len(rows(old_home, table))}  {table.name}\n" in done.stdout


def test_sealed_values_stay_the_bytes_that_they_were(walked, new_home, root):
    old_home, environment, _ = walked
    sealed = [
        (table.name, column.name)
        for table in TABLES
        for column in table.columns
        if isinstance(column.type, SealedText)
    ]

    move(root, environment, url_of(new_home))

    assert len(sealed) > 5
    for table, column in sealed:
        with old_home.read() as old, new_home.read() as new:
            asked = text(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL")  # noqa: S608  # ours
            assert {bytes(one) for one in new.scalars(asked)} == {bytes(one) for one in old.scalars(asked)}


def test_numbers_go_on_where_they_ended_also_where_the_last_rows_are_gone(walked, new_home, root):
    old_home, environment, _ = walked
    lines = Base.metadata.tables["stream_event"]
    with old_home.write() as tx:
        visit_id = tx.scalar(select(lines.c.visit_id).limit(1))
        gone = append_lines(tx, {Line(visit_id, "state"): 1}, NOW)
        tx.execute(lines.delete().where(lines.c.n == gone))

    move(root, environment, url_of(new_home))
    with new_home.write() as tx:
        following = append_lines(tx, {Line(visit_id, "state"): 1}, NOW)

    assert following == gone + 1


def test_the_app_goes_on_in_its_new_home(walked, new_home, root, tmp_path):
    _, environment, world = walked
    move(root, environment, url_of(new_home))
    household = Household(tmp_path)
    moved = environment | {"VISITBRIDGE_DATABASE_URL": url_of(new_home)}
    try:
        household.start(app_part(world.addresses, moved))
        household.wait_until_up("app")
        page = requests.get(world.visit.link, timeout=PATIENCE)
    finally:
        household.stop()

    assert 'data-state="finished"' in page.text


def test_a_home_that_is_not_empty_is_refused_and_stays_as_it_is(walked, new_home, root):
    _, environment, _ = walked
    assert move(root, environment, url_of(new_home)).returncode == 0
    before = {table.name: rows(new_home, table) for table in TABLES}

    again = move(root, environment, url_of(new_home))

    assert again.returncode == 2
    assert again.stderr.startswith("The new database is not empty: there are rows in ")
    assert {table.name: rows(new_home, table) for table in TABLES} == before


def test_a_home_without_tables_and_one_of_the_wrong_kind_are_refused(walked, new_postgres, root):
    _, environment, _ = walked
    bare, file = new_postgres(), environment["VISITBRIDGE_DATABASE_URL"]

    said = [move(root, environment, url) for url in (bare, file, "nonsense")]

    assert [one.returncode for one in said] == [2, 2, 2]
    assert "does not have the same tables" in said[0].stderr
    assert "Only from SQLite" in said[1].stderr
    assert "TO_URL: give sqlite" in said[2].stderr


def test_a_row_that_postgresql_does_not_take_moves_nothing(walked, new_home, root):
    old_home, environment, _ = walked
    pauses = Base.metadata.tables["rate_pause"]
    with old_home.write() as tx:
        tx.execute(insert(pauses).values(category="a\0b", until=NOW))

    refused = move(root, environment, url_of(new_home))
    with old_home.write() as tx:
        tx.execute(pauses.delete().where(pauses.c.category == "a\0b"))

    assert (refused.returncode, refused.stderr) == (
        2,
        "PostgreSQL does not take a row of rate_pause: nothing was moved\n",
    )
    assert all(rows(new_home, table) == [] for table in TABLES)
