"""Copies of a PostgreSQL database, by its own programs. https://www.postgresql.org/docs/current/app-pgdump.html"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import OperationalError

from app.store.backup import NotCopied, is_empty, refuse_to_overwrite
from app.store.database import Database

OWNER_ONLY = 0o600
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


def back_up(url: str, file: Path) -> None:
    """A copy of the database as it is at one moment, in pg_dump's own format. Raises NotCopied."""
    refuse_to_overwrite(file)
    part = file.with_name(file.name + ".part")
    try:
        part.touch(OWNER_ONLY)
        _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", f"--file={part}")
        part.rename(file)
    except OSError as fault:
        raise NotCopied(f"{file} could not be written") from fault
    finally:
        part.unlink(missing_ok=True)


def restore(url: str, file: Path, *, force: bool) -> None:
    """Put a copy into the database, whole or not at all.

    Raises NotCopied: also while others are connected, and, without `force`, if there are rows in it.
    """
    if not file.is_file():
        raise NotCopied(f"There is no file {file}")
    _check_target(url, force)
    parts = ("--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction")
    _run("pg_restore", url, *parts, "--exit-on-error", str(file))


def _check_target(url: str, force: bool) -> None:
    database = Database(url)
    try:
        with database.read() as tx:
            if tx.scalar(text(OTHERS)):
                raise NotCopied("Others are connected to the database: stop the app and all its parts first")
            if not force and not is_empty(tx.connection()):
                raise NotCopied("The database is not empty: with --force its tables are replaced")
    except OperationalError as away:
        raise NotCopied("VISITBRIDGE_DATABASE_URL: the database does not answer") from away
    finally:
        database.dispose()


def _run(program: str, url: str, *arguments: str) -> None:
    found, address = shutil.which(program), make_url(url)
    if found is None:
        raise NotCopied(
            f"{program} is not installed here: it comes with PostgreSQL's client programs,"
            " of the server's version or a later one"
        )
    command = [found, f"--dbname={address.database}", *arguments]
    told = {**os.environ, **_environment(address)}
    # Everything that is run is ours but the file's name, and no shell reads it.
    done = subprocess.run(command, env=told, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise NotCopied(f"{program} gave up: {_last_line(done.stderr)}")


def _environment(address: URL) -> Mapping[str, str]:
    """Where the database is; a password in the arguments could be read by everybody on the machine."""
    said = {
        "PGHOST": address.host or address.query.get("host"),
        "PGPORT": str(address.port) if address.port else None,
        "PGUSER": address.username,
        "PGPASSWORD": str(address.password) if address.password else None,
    }
    return {name: str(value) for name, value in said.items() if value}


def _last_line(said: str) -> str:
    """What they say last, which is of tables and connections, not of rows."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return next((line for line in lines if "error:" in line), lines[-1] if lines else "it does not say why")
