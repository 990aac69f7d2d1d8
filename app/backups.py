"""A copy of everything in one file, and the way back."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from app.crypto import KEYRING
from app.settings import Settings
from app.store import backup_postgres, backup_sqlite
from app.store.backup import keys_open
from app.store.database import Database


def back_up(settings: Settings, file: Path) -> Iterator[str]:
    """Copy the database as it is at one moment, while the app runs. Raises NotCopied."""
    way = backup_sqlite if _is_sqlite(settings) else backup_postgres
    way.back_up(settings.database_url, file)
    yield f"{file}: {file.stat().st_size} bytes."
    yield "The keys are not in it: without VISITBRIDGE_SECRET_KEYS nobody can read what is sealed. Keep both."


def restore(settings: Settings, file: Path, now: datetime, *, force: bool) -> Iterator[str]:
    """Put a copy back, while the app does not run. Raises NotCopied or AlreadyServed."""
    if _is_sqlite(settings):
        kept = backup_sqlite.restore(settings.database_url, file, now, force=force)
        if kept is not None:
            yield f"What was there is kept in {kept}."
    else:
        backup_postgres.restore(settings.database_url, file, force=force)
    yield "Restored. Run `python -m app migrate`, then start."
    KEYRING.load(settings.secret_keys)
    database = Database(settings.database_url)
    if not keys_open(database):
        yield "WARNING: the keys in VISITBRIDGE_SECRET_KEYS do not open it: give those that it was made with."
    database.dispose()


def _is_sqlite(settings: Settings) -> bool:
    return settings.database_url.startswith("sqlite")
