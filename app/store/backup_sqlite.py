"""Copies of an SQLite file: made while it is in use, put back while it is not. https://sqlite.org/backup.html"""

import os
import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import make_url

from app.store.backup import NotCopied, is_empty, refuse_to_overwrite
from app.store.database import Database
from app.store.migrate import knows_revision
from app.store.one_process import one_process

OWNER_ONLY = 0o600
COMPANIONS = ("-wal", "-shm")


def back_up(url: str, file: Path) -> None:
    """A copy of the database as it is at one moment, whatever is written meanwhile. Raises NotCopied."""
    source = _path(url)
    refuse_to_overwrite(file)
    if not source.exists():
        raise NotCopied("VISITBRIDGE_DATABASE_URL: there is no such file: nothing to copy")
    part = file.with_name(file.name + ".part")
    try:
        _copy(source, part)
        _check(part)
        part.rename(file)
    except (sqlite3.Error, OSError) as fault:
        raise NotCopied(f"{file} could not be written, or the database not be read") from fault
    finally:
        part.unlink(missing_ok=True)


def restore(url: str, file: Path, now: datetime, *, force: bool) -> Path | None:
    """Put a copy in the database's place; where what was there is kept, if anything was.

    Raises AlreadyServed while the app runs, and NotCopied; then the database is as it was.
    """
    target = _path(url)
    _check(file)
    with one_process(url).held():
        if not force and not _is_empty(url, target):
            raise NotCopied("The database is not empty: use --force, and what is there is put aside")
        part = target.with_name(target.name + ".part")
        try:
            _copy(file, part)
            _give_to_owner_of(target if target.exists() else target.parent, part)
            kept = _put_aside(target, now)
            part.rename(target)
        except (sqlite3.Error, OSError) as fault:
            part.unlink(missing_ok=True)
            raise NotCopied("The copy could not be written: is the disk full?") from fault
    return kept


def _path(url: str) -> Path:
    return Path(make_url(url).database or "")


def _copy(source: Path, target: Path) -> None:
    """All pages in one step, so that they are of one moment; in WAL mode writers go on meanwhile."""
    target.unlink(missing_ok=True)
    target.touch(OWNER_ONLY)
    with closing(_open(source)) as old, closing(sqlite3.connect(target)) as new:
        old.backup(new, pages=-1)
        # One file, whole without companions.
        new.execute("PRAGMA journal_mode=DELETE")
    with target.open("rb+") as written:
        os.fsync(written.fileno())


def _check(file: Path) -> None:
    """Raises NotCopied unless it is a whole database of ours, of this version or an earlier one."""
    try:
        with closing(_open(file)) as copy:
            whole = copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            (revision,) = copy.execute("SELECT version_num FROM alembic_version").fetchone() or (None,)
    except sqlite3.Error as fault:
        raise NotCopied(f"{file} is no copy of a database of ours") from fault
    if not whole:
        raise NotCopied(f"{file} is damaged: SQLite's own check finds faults in it")
    if not knows_revision(revision):
        raise NotCopied(f"{file} has the tables of a later version: restore it with that one")


def _open(file: Path) -> sqlite3.Connection:
    """Never made if it is not there."""
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)


def _is_empty(url: str, target: Path) -> bool:
    if not target.exists():
        return True
    database = Database(url)
    try:
        with database.read() as tx:
            return is_empty(tx.connection())
    finally:
        database.dispose()


def _give_to_owner_of(like: Path, part: Path) -> None:
    """Whoever restores may be root, and the app is not."""
    owner, own = like.stat(), part.stat()
    if (owner.st_uid, owner.st_gid) != (own.st_uid, own.st_gid):
        os.chown(part, owner.st_uid, owner.st_gid)


def _put_aside(target: Path, now: datetime) -> Path | None:
    """With its companions: what was committed may still be in them."""
    if not target.exists():
        return None
    kept = target.with_name(f"{target.name}.before-{now:%Y%m%dT%H%M%S.%fZ}")
    for ending in ("", *COMPANIONS):
        companion = target.with_name(target.name + ending)
        if companion.exists():
            companion.rename(kept.with_name(kept.name + ending))
    return kept
