"""Bringing a database to the tables of this version. https://alembic.sqlalchemy.org/"""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from app.store.database import Database

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"
# Any number, the same in all processes: two that start at once migrate one after the other.
ADVISORY_LOCK = 7_236_141


def migrate(database: Database, revision: str = "head") -> None:
    """Upgrade to the revision, in one transaction. Safe to call at every start and from many processes."""
    with database.write() as session:
        connection = session.connection()
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        command.upgrade(alembic_config(connection), revision)


def alembic_config(connection: Connection) -> Config:
    """What Alembic's commands need to work over this connection."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config
