"""An account's pace: what its plan allows in a second, dealt out among all processes."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from app.models import RatePause
from app.store.pace import OWN_PART, PROCESSES, PacedGate
from zoom_bridge.errors import ZoomBusy
from zoom_bridge.plans import PLANS, Rate
from zoom_bridge.ports import RateCategory

LIGHT, MEDIUM = RateCategory.LIGHT, RateCategory.MEDIUM
BEGINS = datetime(2026, 11, 23, 15, 0, 0, tzinfo=UTC)


class Wall:
    """Stands still unless it is moved."""

    def __init__(self):
        self.moment = BEGINS + timedelta(milliseconds=300)

    def now(self):
        return self.moment


@pytest.fixture
def wall():
    return Wall()


@pytest.fixture
def processes(database, clock, wall):
    """So many gates over one database, as so many processes have them."""
    return lambda count, plan: [PacedGate(database, clock, wall, PLANS[plan]) for _ in range(count)]


def allowed(gate, category=LIGHT, most=200):
    """How many calls a gate lets through before it refuses one."""
    for done in range(most):
        try:
            gate.wait_allowed(category)
        except ZoomBusy:
            return done
    return most


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("count", [1, 2, PROCESSES])
def test_a_second_never_sees_more_than_the_plan_allows(processes, wall, plan, count):
    for _ in range(2):
        done = sum(map(allowed, processes(count, plan)))
        most = PLANS[plan][LIGHT].calls

        assert done <= most
        assert done >= most - (PROCESSES - count) * (most // OWN_PART) - 1
        wall.moment += timedelta(seconds=1)


def test_the_next_second_begins_anew_and_a_refusal_says_when(processes, wall, clock):
    (gate,) = processes(1, "pro")
    before = allowed(gate)

    with pytest.raises(ZoomBusy) as busy:
        gate.wait_allowed(LIGHT)

    assert busy.value.retry_at == clock.now() + timedelta(milliseconds=700)
    wall.moment += timedelta(milliseconds=700)
    assert allowed(gate) == before


def test_one_label_takes_nothing_from_another(processes):
    (gate,) = processes(1, "pro")

    allowed(gate, LIGHT)

    assert allowed(gate, MEDIUM) > 0


def test_a_quiet_clinic_asks_nobody(processes, database):
    (gate,) = processes(1, "pro")
    written = []
    event.listen(database.writer, "before_cursor_execute", lambda *call: written.append(call[2]))

    for _ in range(PLANS["pro"][LIGHT].calls // OWN_PART):
        gate.wait_allowed(LIGHT)

    assert not [statement for statement in written if not statement.startswith("SELECT")]
    gate.wait_allowed(LIGHT)
    with database.read() as tx:
        assert tx.scalar(select(RatePause.until).where(RatePause.category == "light:pace")) > BEGINS


def test_a_minutes_calls_are_counted_by_the_minute(processes, wall):
    (gate,) = processes(1, "business")
    intensive = RateCategory.RESOURCE_INTENSIVE
    before = allowed(gate, intensive)

    wall.moment += timedelta(seconds=59)
    assert 0 < before <= 20
    assert allowed(gate, intensive) == 0
    wall.moment += timedelta(seconds=1)
    assert allowed(gate, intensive) == before


def test_a_pause_that_zoom_asked_for_counts_before_the_pace(processes, clock):
    first, second = processes(2, "pro")

    first.pause(LIGHT, clock.now() + timedelta(seconds=3))

    assert allowed(second) == 0
    clock.forward(seconds=3)
    assert allowed(second) > 0


def test_many_at_once_in_two_processes_take_no_more_than_there_is(processes):
    gates, done = processes(2, "business"), []
    threads = [
        threading.Thread(target=lambda gate=gate: done.append(allowed(gate, most=30)))
        for gate in gates
        for _ in range(4)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 0 < sum(done) <= 80


def test_who_comes_with_a_clock_that_is_behind_takes_nothing_twice(database, clock, wall):
    rates = {LIGHT: Rate(10)}
    late = Wall()
    late.moment = wall.moment - timedelta(seconds=2)

    ahead = allowed(PacedGate(database, clock, wall, rates))
    behind = allowed(PacedGate(database, clock, late, rates))

    assert ahead == 10 - (PROCESSES - 1)
    assert behind == 1
