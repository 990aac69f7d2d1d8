"""INSERT … ON CONFLICT DO NOTHING, which both databases spell alike and SQLAlchemy keeps in two places."""

from typing import Any, cast

from sqlalchemy import CursorResult, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.models import Base


def insert_new(tx: Session, model: type[Base], **values: Any) -> bool:
    """Insert the row unless an equal key is there. Tells whether it is new; waits for another's insert."""
    table = cast(Table, model.__table__)
    if tx.get_bind().dialect.name == "postgresql":
        result = tx.execute(postgresql.insert(table).values(**values).on_conflict_do_nothing())
    else:
        result = tx.execute(sqlite.insert(table).values(**values).on_conflict_do_nothing())
    return bool(cast(CursorResult[Any], result).rowcount)
