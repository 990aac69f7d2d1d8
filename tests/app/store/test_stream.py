"""Lines are numbered in the order of their commits: whoever has heard 6 has not missed 5."""

import threading

import pytest
from sqlalchemy import select

from app.models import StreamEvent, Visit
from app.signin.roles import Grant, StaffRole
from app.store.stream import Audience, Line, append_lines, events_after, forget_before, latest

EVERYBODY = Audience(frozenset(), frozenset({Grant(StaffRole.PROVIDER)}))


@pytest.fixture
def visits(database, clock):
    """Eight visits."""
    ids = [f"visit-{n}" for n in range(8)]
    with database.write() as tx:
        for visit_id in ids:
            plain = {"site": "sandbox", "patient_id": "p", "department": "", "code": "K7Q2"}
            times = {"start": clock.now(), "chart_read_at": clock.now(), "created_at": clock.now()}
            more = {"state": "planned", "minutes": 30, "time_zone": "UTC", "patient_name": "Rosa"}
            tx.add(Visit(id=visit_id, revision=0, **plain, **times, **more))
    return ids


def test_nothing_told_is_nothing_numbered(database, clock):
    with database.write() as tx:
        assert append_lines(tx, {}, clock.now()) == 0
        assert latest(tx) == 0


def test_a_reader_who_follows_misses_nothing_of_what_many_write_at_once(database, visits, clock):
    heard, writing = [], threading.Event()
    writing.set()

    def write(visit_id):
        for _ in range(10):
            with database.write() as tx:
                append_lines(tx, {Line(visit_id, "presence"): 1, Line(visit_id, "state"): 1}, clock.now())

    def follow():
        after = 0
        while True:
            done = not writing.is_set()
            with database.read() as tx:
                for event in events_after(tx, after, EVERYBODY):
                    heard.append(event.n)
                    after = event.n
            if done:
                return

    reader = threading.Thread(target=follow)
    reader.start()
    writers = [threading.Thread(target=write, args=(visit_id,)) for visit_id in visits]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    writing.clear()
    reader.join()

    with database.read() as tx:
        assert heard == list(tx.scalars(select(StreamEvent.n).order_by(StreamEvent.n)))
    assert len(heard) == 160


def test_numbers_are_not_used_again_when_old_lines_are_forgotten(database, visits, clock):
    with database.write() as tx:
        first = append_lines(tx, {Line(visits[0], "state"): 1}, clock.now())
    clock.forward(days=2)
    with database.write() as tx:
        forget_before(tx, clock.now())

    with database.write() as tx:
        assert append_lines(tx, {Line(visits[0], "state"): 1}, clock.now()) > first
