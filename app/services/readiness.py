"""What stands between this process and its work."""

import threading

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from app.models import Base
from app.ports import Rooms
from app.store.migrate import is_behind
from app.store.video_health import silent_since

# A database that hangs is as good as none, and whoever asks us has little patience too.
PATIENCE_SECONDS = 3.0
_looking = threading.Lock()


def missing_for_work(rooms: Rooms) -> list[str]:
    """Names of what is missing, within six seconds.

    `database` if it does not answer, `schema` until it is migrated, `writing` if it takes nothing: its disk
    is full, for example.
    """
    if not _looking.acquire(timeout=PATIENCE_SECONDS):
        return ["database"]
    found: list[list[str]] = []

    def look() -> None:
        try:
            found.append(_look(rooms))
        finally:
            _looking.release()

    thread = threading.Thread(target=look, name="readiness", daemon=True)
    thread.start()
    thread.join(PATIENCE_SECONDS)
    return found[0] if found else ["database"]


def readiness(rooms: Rooms) -> dict[str, object]:
    """What /readyz tells. `silent`: video services that do not answer, without which a process is ready."""
    missing = missing_for_work(rooms)
    return {"ready": not missing, "missing": missing, "silent": [] if missing else _silent(rooms)}


def _silent(rooms: Rooms) -> list[str]:
    try:
        with rooms.db.read() as tx:
            return sorted(silent_since(tx, rooms.clock.now()))
    except SQLAlchemyError:
        return []


def _look(rooms: Rooms) -> list[str]:
    try:
        with rooms.db.read() as tx:
            connection = tx.connection()
            there = set(inspect(connection).get_table_names())
            if not set(Base.metadata.tables) <= there or is_behind(connection):
                return ["schema"]
    except SQLAlchemyError:
        return ["database"]
    return [] if rooms.db.probe.works() else ["writing"]
