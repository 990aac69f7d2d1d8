"""Writes that wait together are committed together, and fail alone."""

import shutil
import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import insert, select

from app.models import Lease
from app.store.database import Database

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


def add(tx, names):
    """Write a lease of each name; answer the names backwards. No lease is called `broken`."""
    tx.execute(insert(Lease), [{"name": name, "holder": "me", "expires_at": NINE} for name in sorted(names)])
    if "broken" in names:
        raise ZeroDivisionError
    return [name[::-1] for name in names]


def names(database):
    with database.read() as tx:
        return set(tx.scalars(select(Lease.name)))


def at_once(work, items):
    threads = [threading.Thread(target=work, args=(item,)) for item in items]
    for thread in threads:
        thread.start()
    return threads


def wait_for(threads):
    for thread in threads:
        thread.join()


def until_waiting(database, write_all, count):
    while len(database._together[write_all]._waiting) < count:
        pass


@pytest.fixture
def file_database(tmp_path, migrated_file):
    database = Database(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'x.db')}")
    yield database
    database.dispose()


def test_what_was_written_is_committed_when_the_call_returns(database):
    database.write_together(add, "one")

    assert names(database) == {"one"}


def test_each_thread_gets_the_answer_to_its_own_item(database):
    items, answers = [f"lease-{n}" for n in range(40)], {}

    wait_for(at_once(lambda name: answers.update({name: database.write_together(add, name)}), items))

    assert answers == {name: name[::-1] for name in items}
    assert names(database) == set(items)


def test_those_who_wait_share_a_turn(file_database):
    begun, open_up, turns = threading.Event(), threading.Event(), []

    def note(tx, items):
        turns.append(sorted(items))
        begun.set()
        open_up.wait()
        return items

    first = at_once(lambda item: file_database.write_together(note, item), [0])
    begun.wait()
    others = at_once(lambda item: file_database.write_together(note, item), range(1, 6))
    until_waiting(file_database, note, 5)
    open_up.set()
    wait_for(first + others)

    assert turns == [[0], [1, 2, 3, 4, 5]]


def test_those_who_come_while_the_first_waits_for_the_database_share_its_turn(file_database):
    turns = []

    def note(tx, items):
        turns.append(sorted(items))
        return items

    with file_database.write():
        threads = at_once(lambda item: file_database.write_together(note, item), range(5))
        while note not in file_database._together:
            pass
        until_waiting(file_database, note, 5)
    wait_for(threads)

    assert turns == [[0, 1, 2, 3, 4]]


def test_a_write_that_fails_fails_alone(database):
    failed, done = [], []

    def run(name):
        try:
            done.append(database.write_together(add, name))
        except ZeroDivisionError:
            failed.append(name)

    wait_for(at_once(run, ["broken", *(f"lease-{n}" for n in range(7))]))

    assert failed == ["broken"]
    assert len(done) == 7
    assert names(database) == {f"lease-{n}" for n in range(7)}


def test_nothing_of_a_failed_write_stays(database):
    with pytest.raises(ZeroDivisionError):
        database.write_together(add, "broken")

    assert names(database) == set()
