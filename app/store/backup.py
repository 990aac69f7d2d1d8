"""What a copy of either database has in common: what may be put where, and how a fault is told."""

from pathlib import Path

from sqlalchemy import Connection, exists, inspect, select

from app.crypto import SealBroken
from app.models import Base, Staff, Visit
from app.store.database import Database
from app.store.migrate import DatabaseUnfit


class NotCopied(DatabaseUnfit):
    """No copy was made, or none put back; the line says why."""


def refuse_to_overwrite(file: Path) -> None:
    """Raises NotCopied if there is something: an older copy may be the only good one."""
    if file.exists():
        raise NotCopied(f"{file} is there already: give another name")


def is_empty(connection: Connection) -> bool:
    """Whether no table of ours holds a row."""
    there = set(inspect(connection).get_table_names())
    ours = (table for table in Base.metadata.sorted_tables if table.name in there)
    return not any(connection.scalar(select(exists(select(1).select_from(table)))) for table in ours)


def keys_open(database: Database) -> bool:
    """Whether the keys of this process open what is sealed in it, as far as there is anything."""
    try:
        with database.read() as tx:
            for column in (Staff.name, Visit.patient_name):
                tx.scalar(select(column).limit(1))
    except SealBroken:
        return False
    return True
