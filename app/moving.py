"""The way from the first home, SQLite, to the second, PostgreSQL."""

from collections.abc import Iterator

from sqlalchemy.exc import OperationalError

from app.settings import DATABASES, Settings, SettingsWrong, database_url
from app.store.database import Database
from app.store.moving import NotMoved, move
from app.store.one_process import one_process


def move_all(settings: Settings, to_url: str) -> Iterator[str]:
    """Copy all rows, and say so line by line.

    Raises SettingsWrong, AlreadyServed while the app runs, and NotMoved; then nothing was changed.
    """
    try:
        target_url = database_url(to_url)
    except ValueError:
        raise SettingsWrong((f"TO_URL: {DATABASES}",)) from None
    if not settings.database_url.startswith("sqlite") or target_url.startswith("sqlite"):
        raise SettingsWrong(("Only from SQLite (VISITBRIDGE_DATABASE_URL) to PostgreSQL (TO_URL)",))
    source, target = Database(settings.database_url), Database(target_url)
    try:
        with one_process(settings.database_url).held():
            moved = move(source, target)
    except OperationalError as away:
        raise NotMoved("One of the two databases does not answer: nothing was moved") from away
    finally:
        source.dispose()
        target.dispose()
    for name, count in moved.items():
        yield f"{count:>9}  {name}"
    yield f"{sum(moved.values()):>9}  rows in {len(moved)} tables, compared with those that they came from."
    yield "Set VISITBRIDGE_DATABASE_URL to the new database and start; keep the old file until you are sure."
