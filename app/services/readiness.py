"""What stands between this process and its work."""

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError

from app.models import Base
from app.ports import Rooms


def missing_for_work(rooms: Rooms) -> list[str]:
    """Names of what is missing: `database` if it does not answer, `schema` if tables are not there."""
    try:
        with rooms.db.read() as tx:
            there = set(inspect(tx.connection()).get_table_names())
    except SQLAlchemyError:
        return ["database"]
    return [] if set(Base.metadata.tables) <= there else ["schema"]
