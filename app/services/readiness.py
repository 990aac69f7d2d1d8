"""What stands between this process and its work."""

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from app.models import Base
from app.ports import Rooms
from app.store.migrate import is_behind


def missing_for_work(rooms: Rooms) -> list[str]:
    """Names of what is missing.

    `database` if it does not answer, `schema` until it is migrated, `writing` if it takes nothing: its disk
    is full, for example.
    """
    try:
        with rooms.db.read() as tx:
            connection = tx.connection()
            there = set(inspect(connection).get_table_names())
            if not set(Base.metadata.tables) <= there or is_behind(connection):
                return ["schema"]
    except SQLAlchemyError:
        return ["database"]
    return [] if rooms.db.probe.works() else ["writing"]
