"""All rows of one database into another: as they are, counted and compared."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Integer, LargeBinary, MetaData, Table, func, insert, select, text
from sqlalchemy.exc import DBAPIError, OperationalError

from app.crypto import SealedText
from app.models import Base
from app.store.database import Database
from app.store.migrate import DatabaseUnfit, is_behind, revision_of

BATCH = 1000
FINGERPRINT_SPACE = 2**256
Row = Sequence[Any]


class NotMoved(DatabaseUnfit):
    """Nothing was changed; the line says why."""


@dataclass(frozen=True)
class Fingerprint:
    """How many rows, and the sum of their hashes: the same for the same rows in any order."""

    count: int = 0
    total: int = 0

    def with_rows(self, rows: Iterable[Row]) -> "Fingerprint":
        """With these rows added."""
        count, total = self.count, self.total
        for row in rows:
            count += 1
            total += int.from_bytes(hashlib.sha256(_spelled(row).encode()).digest())
        return Fingerprint(count, total % FINGERPRINT_SPACE)


def move(source: Database, target: Database) -> Mapping[str, int]:
    """Copy all rows, in one transaction; the number of rows of each table.

    The source must be SQLite and at rest, the target PostgreSQL with the same tables and nothing in them.
    Raises NotMoved, or OperationalError where a database does not answer; then the target is as it was.
    """
    with source.write() as reading, target.write() as writing:
        old, new = reading.connection(), writing.connection()
        _check(old, new)
        return {table.name: _move_table(table, old, new) for table in _plain_tables()}


def _check(old: Connection, new: Connection) -> None:
    if is_behind(old):
        raise NotMoved("VISITBRIDGE_DATABASE_URL: run `python -m app migrate` first: tables are missing")
    if is_behind(new) or revision_of(old) != revision_of(new):
        raise NotMoved("The new database does not have the same tables: run `python -m app migrate` with it")
    for table in _plain_tables():
        new.execute(text(f'LOCK TABLE "{table.name}" IN ACCESS EXCLUSIVE MODE'))
        if new.scalar(select(func.count()).select_from(table)):
            raise NotMoved(f"The new database is not empty: there are rows in {table.name}")


def _plain_tables() -> tuple[Table, ...]:
    """The tables, those that others refer to first; sealed columns as the bytes that they are."""
    plain = MetaData()
    for table in Base.metadata.sorted_tables:
        copied = table.to_metadata(plain)
        for column in copied.columns:
            if isinstance(column.type, SealedText):
                column.type = LargeBinary()
    return tuple(plain.sorted_tables)


def _move_table(table: Table, old: Connection, new: Connection) -> int:
    wanted, read = select(table).execution_options(yield_per=BATCH), Fingerprint()
    try:
        for rows in old.execute(wanted).partitions():
            read = read.with_rows(rows)
            new.execute(insert(table), [dict(row._mapping) for row in rows])
    except OperationalError:
        raise
    except DBAPIError as refused:
        raise NotMoved(f"PostgreSQL does not take a row of {table.name}: nothing was moved") from refused
    written = Fingerprint()
    for rows in new.execute(wanted).partitions():
        written = written.with_rows(rows)
    if read != written:
        raise NotMoved(f"{table.name} came out otherwise than it went in: nothing was moved")
    _go_on_counting(table, old, new)
    return read.count


def _go_on_counting(table: Table, old: Connection, new: Connection) -> None:
    """The next row's number is one that no row ever had: open pages remember the last that they heard."""
    column = table.autoincrement_column
    if column is None or not isinstance(column.type, Integer):
        return
    highest = new.scalar(select(func.max(column))) or 0
    if table.dialect_options["sqlite"]["autoincrement"]:
        given = "SELECT seq FROM sqlite_sequence WHERE name = :name"
        highest = max(highest, old.scalar(text(given), {"name": table.name}) or 0)
    if highest:
        sequence = func.pg_get_serial_sequence(table.name, column.name)
        new.execute(select(func.setval(sequence, highest)))


def _spelled(row: Row) -> str:
    return "\x1f".join(_spelled_value(value) for value in row)


def _spelled_value(value: Any) -> str:
    """A value as text that tells it from any other, whichever database gave it."""
    if isinstance(value, bool | int):
        return f"n{int(value)}"
    if isinstance(value, datetime | date):
        return f"t{value.isoformat()}"
    if isinstance(value, bytes | memoryview):
        return f"b{bytes(value).hex()}"
    if value is None:
        return "-"
    return f"s{value!r}"
