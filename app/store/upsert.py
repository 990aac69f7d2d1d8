"""INSERT … ON CONFLICT DO NOTHING, which both databases spell alike and SQLAlchemy keeps in two places."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.models import Base

T = TypeVar("T")


def insert_new(tx: Session, model: type[Base], **values: Any) -> bool:
    """Insert the row unless an equal key is there. Tells whether it is new; waits for another's insert."""
    key = next(iter(cast(Table, model.__table__).primary_key))
    return _inserted(tx, model, key, values) is not None


def insert_new_row(
    tx: Session, model: type[Base], wanted: InstrumentedAttribute[T], **values: Any
) -> T | None:
    """As `insert_new`. Answers the wanted column of the new row, or None if it is not new."""
    found: T | None = _inserted(tx, model, wanted, values)
    return found


def insert_new_rows(
    tx: Session, model: type[Base], wanted: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> Sequence[tuple[Any, ...]]:
    """As `insert_new_row`, for many rows with the same columns. Answers these columns of the new ones."""
    if not rows:
        return ()
    statement = _statement(cast(Table, model.__table__), tuple(wanted), tx.get_bind().dialect.name)
    return [tuple(row) for row in tx.connection().execute(statement, rows)]


def _inserted(tx: Session, model: type[Base], wanted: Any, values: dict[str, Any]) -> Any:
    statement = _statement(cast(Table, model.__table__), (wanted.key,), tx.get_bind().dialect.name)
    return tx.execute(statement, values).scalar_one_or_none()


@cache
def _statement(table: Table, wanted: tuple[str, ...], dialect: str) -> Executable:
    """Made once: making it costs more than running it, and every webhook runs it."""
    new = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return new.on_conflict_do_nothing().returning(*(table.c[name] for name in wanted))
