"""Bringing a database to the tables of this version. https://alembic.sqlalchemy.org/"""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from app.store.database import Database

SCRIPTS = Path(__file__).resolve().parent.parent / "migrations"
# Any number, the same in all processes: two that start at once migrate one after the other.
ADVISORY_LOCK = 7_236_141


class DatabaseUnfit(Exception):
    """The database cannot be used. `lines` say what to do; nothing of its address is in them."""

    def __init__(self, line: str) -> None:
        super().__init__(line)
        self.lines = (line,)


def migrate(database: Database, revision: str = "head") -> None:
    """Upgrade to the revision, in one transaction. Safe to call at every start and from many processes.

    Raises DatabaseUnfit if the database does not answer, or has tables of a later version than this.
    """
    try:
        with database.write() as session:
            connection = session.connection()
            if not database.is_sqlite:
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
            command.upgrade(alembic_config(connection), revision)
    except CommandError as unknown:
        raise DatabaseUnfit("The database has the tables of a later version: run that one.") from unknown
    except (OperationalError, OSError) as away:
        raise DatabaseUnfit("VISITBRIDGE_DATABASE_URL: the database does not answer") from away


def check_answers(database: Database) -> None:
    """Raises DatabaseUnfit unless the database answers and has this version's tables."""
    try:
        with database.read() as session:
            behind = is_behind(session.connection())
    except (OperationalError, OSError) as away:
        raise DatabaseUnfit("VISITBRIDGE_DATABASE_URL: the database does not answer") from away
    if behind:
        raise DatabaseUnfit("The database lacks tables of this version: run `python -m app migrate`.")


def is_behind(connection: Connection) -> bool:
    """Whether tables of this version are missing. A later version's tables do: it is rolled out in steps."""
    there, known = revision_of(connection), _revisions()
    return there is None or (there in known and there != known[0])


def revision_of(connection: Connection) -> str | None:
    """Which version's tables are there; None if none are."""
    return MigrationContext.configure(connection).get_current_revision()


def knows_revision(revision: str | None) -> bool:
    """Whether this version can go on from these tables: they are its own, or an earlier version's."""
    return revision in _revisions()


@cache
def _revisions() -> tuple[str, ...]:
    """Those that this version knows, the newest first."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    return tuple(script.revision for script in ScriptDirectory.from_config(config).walk_revisions())


def alembic_config(connection: Connection) -> Config:
    """What Alembic's commands need to work over this connection."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    return config
