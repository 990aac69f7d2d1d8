"""One at a time: by name, for as long as its holder lives."""

import os
import subprocess
import sys
import threading
import time

import pytest
from sqlalchemy import create_engine, text

from app.store.alone import AloneInPostgres, AloneInProcess, StillAtIt
from tests.patience import PATIENCE

POSTGRES = "VISITBRIDGE_TEST_POSTGRES_URL"
HOLDER = """
import sys, time
from app.store.alone import AloneInPostgres
with AloneInPostgres(sys.argv[1]).doing("meeting:1"):
    print("held", flush=True)
    time.sleep(600)
"""
CUT_OFF = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND datname = current_database()
"""


@pytest.fixture
def alone(database):
    return database.alone


def test_two_who_want_the_same_name_come_one_after_the_other(alone):
    order, held = [], threading.Event()

    def first():
        with alone.doing("meeting:1"):
            held.set()
            time.sleep(0.1)
            order.append("first")

    thread = threading.Thread(target=first)
    thread.start()
    held.wait()
    with alone.doing("meeting:1"):
        order.append("second")
    thread.join()

    assert order == ["first", "second"]


def test_other_names_are_free_meanwhile(alone):
    with alone.doing("meeting:1"), alone.doing("meeting:2"):
        pass


def test_a_name_is_given_back_when_the_work_fails(alone):
    with pytest.raises(ZeroDivisionError), alone.doing("meeting:1"):
        raise ZeroDivisionError

    with alone.doing("meeting:1"):
        pass


def test_patience_ends(database, database_url):
    impatient = AloneInProcess(0.05) if database.is_sqlite else AloneInPostgres(database_url, 0.05)
    held, go = threading.Event(), threading.Event()

    def hold():
        with impatient.doing("meeting:1"):
            held.set()
            go.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    with pytest.raises(StillAtIt), impatient.doing("meeting:1"):
        pass
    go.set()
    thread.join()
    impatient.dispose()


@pytest.mark.postgres
@pytest.mark.skipif(not os.environ.get(POSTGRES), reason=f"no PostgreSQL server ({POSTGRES} is not set)")
def test_a_server_that_was_away_for_a_while_is_asked_anew(postgres_url):
    alone, server = AloneInPostgres(postgres_url), create_engine(postgres_url)
    with alone.doing("meeting:1"):
        pass
    with server.connect() as connection:
        connection.execute(text(CUT_OFF))

    with alone.doing("meeting:1"):
        pass
    alone.dispose()
    server.dispose()


@pytest.mark.postgres
@pytest.mark.skipif(not os.environ.get(POSTGRES), reason=f"no PostgreSQL server ({POSTGRES} is not set)")
def test_a_killed_process_gives_its_name_back(postgres_url, root):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, postgres_url], cwd=root, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout.readline() == "held\n"
    alone = AloneInPostgres(postgres_url, 0.05)
    with pytest.raises(StillAtIt), alone.doing("meeting:1"):
        pass

    holder.kill()
    holder.wait()
    holder.stdout.close()

    patient = AloneInPostgres(postgres_url, PATIENCE)
    with patient.doing("meeting:1"):
        pass
    alone.dispose()
    patient.dispose()
