"""Writes that wait together are committed together, and fail alone."""

import shutil
import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from app.models import Lease
from app.store.database import Database

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


def add(name):
    return lambda tx: tx.add(Lease(name=name, holder="me", expires_at=NINE))


def names(database):
    with database.read() as tx:
        return set(tx.scalars(select(Lease.name)))


def test_what_was_written_is_committed_when_the_call_returns(database):
    database.write_together(add("one"))

    assert names(database) == {"one"}


def test_the_answer_of_the_work_is_given_back(database):
    assert database.write_together(lambda tx: tx.scalar(select(func.count()).select_from(Lease))) == 0


def test_many_threads_write_all(database):
    threads = [
        threading.Thread(target=lambda n=n: database.write_together(add(f"lease-{n}"))) for n in range(40)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(names(database)) == 40


def test_those_who_wait_share_a_commit(tmp_path, migrated_file):
    database = Database(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'x.db')}")
    begun, open_up, turns = threading.Event(), threading.Event(), []

    def slow(tx):
        turns.append(id(tx))
        begun.set()
        open_up.wait()

    def quick(tx):
        turns.append(id(tx))

    threads = [threading.Thread(target=database.write_together, args=(slow,))]
    threads[0].start()
    begun.wait()
    threads += [threading.Thread(target=database.write_together, args=(quick,)) for _ in range(5)]
    for thread in threads[1:]:
        thread.start()
    while len(database._together._waiting) < 5:
        pass
    open_up.set()
    for thread in threads:
        thread.join()
    database.dispose()

    assert len(turns) == 6
    assert len(set(turns[1:])) == 1


def test_those_who_come_while_the_first_waits_for_the_database_share_its_commit(tmp_path, migrated_file):
    database = Database(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'x.db')}")
    turns = []
    threads = [
        threading.Thread(target=database.write_together, args=(lambda tx: turns.append(id(tx)),))
        for _ in range(5)
    ]

    with database.write():
        for thread in threads:
            thread.start()
        while len(database._together._waiting) < 5:
            pass
    for thread in threads:
        thread.join()
    database.dispose()

    assert len(turns) == 5
    assert len(set(turns)) == 1


def test_a_write_that_fails_fails_alone(database):
    failed, done = [], []

    def break_it(tx):
        raise ZeroDivisionError

    def run(work, answers):
        try:
            database.write_together(work)
        except ZeroDivisionError:
            failed.append(1)
        else:
            answers.append(1)

    works = [break_it, *(add(f"lease-{n}") for n in range(7))]
    threads = [threading.Thread(target=run, args=(work, done)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (len(failed), len(done)) == (1, 7)
    assert len(names(database)) == 7


def test_nothing_of_a_failed_write_stays(database):
    def half(tx):
        add("half")(tx)
        tx.flush()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        database.write_together(half)

    assert names(database) == set()
