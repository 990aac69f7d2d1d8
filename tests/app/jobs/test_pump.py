"""The threads: deliveries are read at once, what is due is done, and a failure ends neither."""

import threading
import time

import pytest
from sqlalchemy import func, select

from app.jobs.chore import Chore
from app.jobs.pump import (
    Pump,
    forget_old_launches,
    forget_old_lines,
    read_what_was_left,
)
from app.models import InboxRow, LaunchState
from app.services.deliver_outbox import due_rows
from app.services.patient_presence import open_link
from app.services.send_link import send_link
from app.services.visit_events import latest_event
from app.store.launches import LaunchBook
from app.store.outbox import claim
from tests.launch.state_store_contract import a_launch
from tests.patience import PATIENCE, until


@pytest.fixture
def pump(rooms):
    found = Pump(rooms)
    yield found
    if found._thread.is_alive():
        found.stop()


def effects(rooms):
    with rooms.db.read() as tx:
        return list(tx.scalars(select(InboxRow.effect).order_by(InboxRow.seq)))


def test_a_delivery_is_read_as_soon_as_it_is_kept(world, pump, clock, monkeypatch):
    """As the clock stands nobody takes it for one that was left, and nobody looks of their own accord."""
    monkeypatch.setattr("app.jobs.projector.PATIENCE_SECONDS", 3600.0)
    world.start()
    pump.start()
    time.sleep(0.2)

    world.send(world.event("started", clock.now()))

    until(lambda: effects(world.rooms) == ["applied"])
    pump._threads[0]._stopping.set()
    world.rooms.inbox_bell.ring(1_000_000)


def test_what_is_owed_is_delivered(world, pump, rooms):
    send_link(rooms, world.visit_id, world.patient.id, "email")

    pump.start()

    until(lambda: rooms.gateways["email"].sent)


def test_presence_that_time_changes_is_looked_at_again(world, pump, clock):
    open_link(world.rooms, world.token)
    clock.forward(minutes=11)

    pump.start()

    until(lambda: world.patient.presence == "stale")


def test_a_reader_that_fails_is_not_the_end_of_reading(world, pump, clock, monkeypatch):
    from app.jobs import projector

    world.start()
    real, failures = projector.read_inbox, [OSError()]
    monkeypatch.setattr(
        projector, "read_inbox", lambda *of, **how: _raise(failures.pop()) if failures else real(*of, **how)
    )
    monkeypatch.setattr(projector, "PATIENCE_SECONDS", 0.05)
    pump.start()

    world.send(world.event("started", clock.now()))

    until(lambda: effects(world.rooms) == ["applied"])


def _raise(error):
    raise error


def test_a_chore_that_fails_comes_again_and_holds_up_no_other(rooms):
    done = []

    def breaks(_rooms):
        done.append("broken")
        raise ZeroDivisionError

    pump = Pump(rooms)
    pump._chores = (Chore(0, breaks), Chore(0, lambda _rooms: done.append("done")))
    pump.start()
    until(lambda: done.count("broken") > 1 and done.count("done") > 1)
    pump.stop()


def test_deliveries_that_nobody_read_are_read_after_five_seconds(world, clock):
    world.start()
    world.send(world.event("started", clock.now()))

    read_what_was_left(world.rooms)
    assert effects(world.rooms) == [None]

    clock.forward(seconds=5)
    read_what_was_left(world.rooms)
    assert effects(world.rooms) == ["applied"]


def test_a_slow_gateway_holds_up_no_other(world, rooms, pump):
    """Of two messages one hangs in its gateway: the other arrives meanwhile."""
    hangs = threading.Event()
    rooms.gateways["email"].send = lambda _message: hangs.wait(PATIENCE) and None
    for channel in ("email", "sms"):
        send_link(rooms, world.visit_id, world.patient.id, channel)

    pump.start()

    until(lambda: rooms.gateways["sms"].sent)
    hangs.set()


def test_what_was_being_sent_when_the_process_died_is_due_at_the_next_start(world, rooms, pump):
    send_link(rooms, world.visit_id, world.patient.id, "email")
    with rooms.db.write() as tx:
        assert claim(tx, due_rows(rooms)[0], rooms.clock.now()) is not None
    assert due_rows(rooms) == ()

    pump.start()

    if rooms.db.is_sqlite:
        until(lambda: rooms.gateways["email"].sent)
    else:
        # Another process may be at it still.
        time.sleep(1.5)
        assert rooms.gateways["email"].sent == []


def test_old_lines_are_forgotten_and_new_ones_kept(world, rooms, clock):
    open_link(rooms, world.token)
    forget_old_lines(rooms)
    assert latest_event(rooms) > 0

    clock.forward(hours=25)
    forget_old_lines(rooms)
    assert latest_event(rooms) == 0


def test_launches_that_nobody_finished_are_swept_a_day_after_they_expired(rooms, clock):
    LaunchBook(rooms.db, clock).put(a_launch(clock.now()))

    clock.forward(hours=24)
    forget_old_launches(rooms)
    assert count_launches(rooms) == 1

    clock.forward(hours=1)
    forget_old_launches(rooms)
    assert count_launches(rooms) == 0


def count_launches(rooms):
    with rooms.db.read() as tx:
        return tx.scalar(select(func.count()).select_from(LaunchState))
