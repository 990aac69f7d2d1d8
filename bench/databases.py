"""Throw-away databases of both kinds, with this version's tables."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from app.store.database import Database
from app.store.migrate import migrate

POSTGRES = "VISITBRIDGE_TEST_POSTGRES_URL"
SQLITE, POSTGRESQL = "sqlite", "postgresql"


def stores() -> tuple[str, ...]:
    """The kinds that can be measured here: PostgreSQL where the environment names a server."""
    return (SQLITE, POSTGRESQL) if os.environ.get(POSTGRES) else (SQLITE,)


@contextmanager
def throw_away(store: str, folder: Path) -> Iterator[Database]:
    """An empty database that ends with the context. The SQLite file lies in `folder`: not in memory."""
    if store == SQLITE:
        with _migrated(f"sqlite:///{folder / 'bench.db'}") as database:
            yield database
        return
    given = make_url(os.environ[POSTGRES])
    name = f"visitbridge_bench_{os.getpid()}"
    server = create_engine(given, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        with _migrated(given.set(database=name).render_as_string(hide_password=False)) as database:
            yield database
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


@contextmanager
def _migrated(url: str) -> Iterator[Database]:
    database = Database(url)
    try:
        migrate(database)
        yield database
    finally:
        database.dispose()
