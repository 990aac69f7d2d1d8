"""Bells over PostgreSQL: heard in other processes at once, and again after the server was away."""

import threading
import time

import pytest
from sqlalchemy import create_engine, text

from app.store.postgres_bells import Exchange, PostgresBell

pytestmark = pytest.mark.postgres
CUT_OFF = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE pid <> pg_backend_pid() AND datname = current_database()
"""
LISTENING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN %'"
)
NOBODY = "postgresql+psycopg://nobody@127.0.0.1:1/nowhere"


@pytest.fixture
def server(postgres_url):
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.fixture
def process():
    """Both bells of a process that listens; it ends after the test."""
    begun = []

    def begin(url):
        exchange = Exchange(url)
        begun.append(exchange)
        bells = PostgresBell("visitbridge_lines", exchange), PostgresBell("visitbridge_inbox", exchange)
        exchange.begin()
        return bells

    yield begin
    for exchange in begun:
        exchange.end()


@pytest.fixture
def processes(postgres_url, server, process):
    """Two processes that listen already."""
    before = server.scalar(text(LISTENING))
    both = process(postgres_url), process(postgres_url)
    until(lambda: server.scalar(text(LISTENING)) == before + 2)
    return both


def until(true, seconds=10):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_ring_is_heard_in_another_process_at_once(processes):
    (ours, _), (theirs, their_inbox) = processes
    began = time.monotonic()

    ours.ring(7)

    assert theirs.wait(0, 5) == 7
    assert time.monotonic() - began < 1
    assert their_inbox.wait(0, 0.1) == 0


def test_whoever_waits_in_the_same_process_is_woken_too(processes):
    (ours, inbox), _ = processes

    inbox.ring(3)

    assert (inbox.wait(0, 0), ours.wait(0, 0.1)) == (3, 0)


def test_of_many_rings_the_last_is_heard(processes):
    (ours, _), (theirs, _) = processes

    for n in range(1, 2001):
        ours.ring(n)

    until(lambda: theirs.wait(1999, 1) == 2000)


def test_bells_are_heard_again_after_the_server_cut_all_lines(processes, server):
    (ours, _), (theirs, _) = processes
    server.execute(text(CUT_OFF))
    numbers = iter(range(1, 1000))

    def heard():
        ours.ring(n := next(numbers))
        return theirs.wait(n - 1, 0.2) >= n

    until(heard)


def test_without_a_server_ringing_takes_no_time_and_is_heard_here(process):
    bell, _ = process(NOBODY)
    woken = []
    waiter = threading.Thread(target=lambda: woken.append(bell.wait(0, 5)))
    waiter.start()
    began = time.monotonic()

    bell.ring(1)
    waiter.join()

    assert woken == [1]
    assert time.monotonic() - began < 1
