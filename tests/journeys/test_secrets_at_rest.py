"""What lies in the database after a visit, its log included, opens no EHR, no meeting and nobody's page."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from sandbox.walk.stage import Ways
from tests.journeys.conftest import Eventful, secrets_of
from tests.journeys.witness import witnessed
from tests.leaks import Needle, birth_date, identifier, leaks, name, phone, secret
from tests.world import opened_world

PLANT = "INSERT INTO lease (name, holder, expires_at) VALUES ('{}', '', '2000-01-01 00:00:00')"


@dataclass(frozen=True)
class AtRest:
    """The bytes of a database whose application runs, and a way to write into it and look again."""

    parts: Mapping[str, bytes]
    secrets: Mapping[str, set[str]]
    people: list[dict[str, Any]]
    plant: Callable[[str], Mapping[str, bytes]]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def at_rest(request: pytest.FixtureRequest) -> Iterator[AtRest]:
    """After a walked visit."""
    yield request.getfixturevalue(f"on_{request.param}")


@pytest.fixture(scope="module")
def on_sqlite(eventful: Eventful) -> AtRest:
    path = eventful.world.folder / "visitbridge.db"

    def plant(value: str) -> Mapping[str, bytes]:
        with sqlite3.connect(path) as connection:
            connection.execute(PLANT.format(value))
        connection.close()
        return _files(path)

    return AtRest(_files(path), eventful.secrets, eventful.troubles.day["patients"], plant)


@pytest.fixture(scope="module")
def on_postgres(
    new_postgres: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AtRest]:
    url = new_postgres()
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        began = str(_one(connection, "SELECT pg_current_wal_lsn()"))

        def plant(value: str) -> Mapping[str, bytes]:
            connection.execute(sql.SQL(PLANT).format(sql.SQL(value)))  # type: ignore[arg-type]  # our own
            return _dumped(connection, began)

        ways = Ways({"VISITBRIDGE_DATABASE_URL": url})
        with opened_world(tmp_path_factory.mktemp("postgres"), ways) as world:
            with witnessed() as witness:
                world.visit.walk()
            people = world.ask(f"{world.addresses.ehr}/_day")["patients"]
            yield AtRest(_dumped(connection, began), secrets_of(world, witness), people, plant)


def test_there_is_something_to_be_searched(at_rest: AtRest) -> None:
    assert min(map(len, at_rest.parts.values())) > 1000
    assert any(b"finished" in part for part in at_rest.parts.values())
    assert [what for what, values in at_rest.secrets.items() if not values] == []


def test_no_secret_lies_in_the_database_or_in_its_log(at_rest: AtRest) -> None:
    needles = [secret(what, value) for what, values in at_rest.secrets.items() for value in values]

    assert [leak for part in at_rest.parts.values() for leak in leaks(needles, part)] == []


def test_who_the_patients_are_is_sealed_too(at_rest: AtRest) -> None:
    needles = [needle for person in at_rest.people for needle in _person(person)]
    # PostgreSQL writes one log for all databases of a server, others' tests among them.
    parts = [part for what, part in at_rest.parts.items() if what != "wal"]

    assert [leak for part in parts for leak in leaks(needles, part)] == []


def test_a_secret_in_the_clear_would_be_found_in_tables_and_log(at_rest: AtRest) -> None:
    token = next(iter(at_rest.secrets["access_tokens"]))

    parts = at_rest.plant(token)

    found = {what for what, part in parts.items() if leaks([secret("planted", token)], part)}
    assert any("wal" in what for what in found)
    assert found & {"tables", "visitbridge.db-wal"}


def _files(path: Path) -> Mapping[str, bytes]:
    """The file, and beside it what is not yet in it. Its lock is empty."""
    files = sorted(path.parent.glob(f"{path.name}*"))
    return {each.name: each.read_bytes() for each in files if each.suffix != ".lock"}


def _dumped(connection: psycopg.Connection[Any], began: str) -> Mapping[str, bytes]:
    """Every row of every table, and the write-ahead log since then."""
    tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    rows = b""
    for (table,) in tables:
        statement = sql.SQL("COPY {} TO STDOUT (FORMAT binary)").format(sql.Identifier(table))
        with connection.cursor().copy(statement) as copy:
            rows += b"".join(bytes(block) for block in copy)
    return {"tables": rows, "wal": _wal(connection, began)}


def _wal(connection: psycopg.Connection[Any], began: str) -> bytes:
    segments = connection.execute(
        "SELECT name FROM pg_ls_waldir() WHERE name ~ '^[0-9A-F]{24}$'"
        " AND name BETWEEN pg_walfile_name(%s::pg_lsn) AND pg_walfile_name(pg_current_wal_lsn())"
        " ORDER BY name",
        [began],
    ).fetchall()
    return b"".join(
        _one(connection, "SELECT pg_read_binary_file('pg_wal/' || %s)", name) for (name,) in segments
    )


def _one(connection: psycopg.Connection[Any], statement: str, *values: str) -> Any:
    row = connection.execute(statement, values or None).fetchone()  # type: ignore[arg-type]  # our own words
    assert row is not None
    return row[0]


def _person(one: Mapping[str, Any]) -> Iterator[Needle]:
    """What no random letters of a sealed value spell by chance."""
    yield name("a patient's name", one["name"])
    yield birth_date("a birth date", one["birth_date"])
    yield identifier("an MRN", one["mrn"])
    if one["phone"]:
        yield phone("a telephone", one["phone"])
    if one["email"]:
        yield identifier("an e-mail", one["email"])
