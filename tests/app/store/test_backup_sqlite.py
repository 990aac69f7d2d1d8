"""Copies of an SQLite file: of one moment, whole, and put back with care."""

import os
import sqlite3
import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from app.store.backup import NotCopied
from app.store.backup_sqlite import back_up, restore
from app.store.database import Database
from app.store.migrate import migrate
from app.store.one_process import AlreadyServed, one_process

NOW = datetime(2026, 11, 23, 14, 50, tzinfo=UTC)
ADD = "INSERT INTO lease (name, holder, expires_at) VALUES (:name, 'h', '2026-11-23 15:00:00')"


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path / 'visits.db'}"


@pytest.fixture
def living(url):
    """A database in use."""
    database = Database(url)
    migrate(database)
    yield database
    database.dispose()


def names(path):
    connection = sqlite3.connect(path)
    try:
        return [name for (name,) in connection.execute("SELECT name FROM lease ORDER BY name")]
    finally:
        connection.close()


def add(database, *given):
    for name in given:
        with database.write() as tx:
            tx.execute(text(ADD), {"name": name})


def test_what_was_committed_is_in_the_copy_and_what_was_not_is_not(living, url, tmp_path):
    add(living, "committed")
    with living.write() as tx:
        tx.execute(text(ADD), {"name": "not yet"})
        tx.flush()
        back_up(url, tmp_path / "copy")

    assert names(tmp_path / "copy") == ["committed"]
    assert names(tmp_path / "visits.db") == ["committed", "not yet"]


def test_writers_go_on_while_it_is_copied(living, url, tmp_path):
    stop = threading.Event()

    def write():
        for number in range(10_000):
            if stop.is_set():
                return
            add(living, f"n{number:05}")

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(5):
            back_up(url, tmp_path / f"copy-{number}")
    finally:
        stop.set()
        thread.join()

    copies = [names(tmp_path / f"copy-{number}") for number in range(5)]
    assert [len(copy) for copy in copies] == sorted(len(copy) for copy in copies)
    for copy in copies:
        assert copy == [f"n{number:05}" for number in range(len(copy))]


def test_a_copy_is_one_file_for_its_owner_alone(living, url, tmp_path):
    back_up(url, tmp_path / "copy")

    assert sorted(path.name for path in tmp_path.glob("copy*")) == ["copy"]
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600


def test_what_was_there_is_put_aside_with_what_its_log_still_held(living, url, tmp_path):
    back_up(url, tmp_path / "copy")
    add(living, "later")
    living.dispose()

    kept = restore(url, tmp_path / "copy", NOW, force=True)

    assert names(tmp_path / "visits.db") == []
    assert names(kept) == ["later"]


def test_nothing_is_put_back_while_somebody_serves(living, url, tmp_path, monkeypatch):
    back_up(url, tmp_path / "copy")
    monkeypatch.setattr("app.store.backup_sqlite.one_process", lambda url: one_process(url, 0.1))

    with one_process(url).held(), pytest.raises(AlreadyServed):
        restore(url, tmp_path / "copy", NOW, force=True)


def test_a_damaged_copy_changes_nothing(living, url, tmp_path):
    add(living, *(f"n{number}" for number in range(300)))
    back_up(url, tmp_path / "copy")
    held = (tmp_path / "copy").read_bytes()
    (tmp_path / "copy").write_bytes(held[: len(held) // 2])

    with pytest.raises(NotCopied):
        restore(url, tmp_path / "copy", NOW, force=True)

    assert len(names(tmp_path / "visits.db")) == 300


def test_a_copy_of_a_later_version_is_refused(living, url, tmp_path):
    with living.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = 'later'"))
    back_up_by_hand(tmp_path / "visits.db", tmp_path / "copy")

    with pytest.raises(NotCopied, match="later version"):
        restore(f"sqlite:///{tmp_path / 'new.db'}", tmp_path / "copy", NOW, force=False)

    assert not (tmp_path / "new.db").exists()


def back_up_by_hand(source, target):
    connection = sqlite3.connect(source)
    connection.execute("VACUUM INTO ?", (str(target),))
    connection.close()


def test_whoever_restores_the_database_stays_its_owner_s(living, url, tmp_path):
    back_up(url, tmp_path / "copy")
    living.dispose()
    owner = 10001 if os.getuid() == 0 else os.getuid()  # only root can give a file away
    os.chown(tmp_path / "visits.db", owner, -1)

    restore(url, tmp_path / "copy", NOW, force=True)

    assert (tmp_path / "visits.db").stat().st_uid == owner
