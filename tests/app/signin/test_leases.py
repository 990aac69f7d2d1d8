"""One holder of a name at a time, over threads and processes."""

import threading
from datetime import timedelta

import pytest

from app.clock import FrozenClock
from app.errors.launch import LeaseHeld
from app.models import Lease
from app.ports import Rooms
from app.store.leases import LIFE, LeaseBook


class Waits:
    """Sleeping moves the clock."""

    def __init__(self, clock: FrozenClock) -> None:
        self.clock = clock

    def __call__(self, seconds: float) -> None:
        self.clock.forward(seconds=seconds)


@pytest.fixture
def book(rooms: Rooms, clock: FrozenClock) -> LeaseBook:
    return LeaseBook(rooms.db, clock, rooms.random.token, timedelta(seconds=2), Waits(clock))


def a_lease_of_another_process(rooms: Rooms, clock: FrozenClock, name: str) -> None:
    with rooms.db.write() as tx:
        tx.add(Lease(name=name, holder="another", expires_at=clock.now() + LIFE))


def test_a_name_is_given_back(rooms: Rooms, book: LeaseBook) -> None:
    with book.held("refresh"), rooms.db.read() as tx:
        assert tx.get(Lease, "refresh") is not None

    with rooms.db.read() as tx:
        assert tx.get(Lease, "refresh") is None


def test_an_error_gives_it_back_too(rooms: Rooms, book: LeaseBook) -> None:
    with pytest.raises(ValueError, match="broken"), book.held("refresh"):
        raise ValueError("broken")

    with book.held("refresh"):
        pass


def test_another_process_is_waited_for_and_then_given_up(
    rooms: Rooms, book: LeaseBook, clock: FrozenClock
) -> None:
    a_lease_of_another_process(rooms, clock, "refresh")

    with pytest.raises(LeaseHeld), book.held("refresh"):
        pytest.fail("two held it")


def test_the_lease_of_a_process_that_died_runs_out(rooms: Rooms, book: LeaseBook, clock: FrozenClock) -> None:
    a_lease_of_another_process(rooms, clock, "refresh")
    clock.forward(seconds=29)

    with book.held("refresh"), rooms.db.read() as tx:
        assert tx.get_one(Lease, "refresh").holder != "another"


def test_threads_hold_it_one_after_the_other(book: LeaseBook) -> None:
    inside, most = 0, 0
    guard = threading.Lock()

    def hold() -> None:
        nonlocal inside, most
        with book.held("refresh"):
            with guard:
                inside += 1
                most = max(most, inside)
            with guard:
                inside -= 1

    threads = [threading.Thread(target=hold) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == 1
