"""A video service that does not answer: seen by all processes, said on pages, forgotten once it is back."""

from datetime import timedelta

import pytest

from app.services.call_known import calls_known
from app.store.video_health import KNOWN_FOR, LOOK_EVERY_SECONDS, VideoWatch, silent_since


class Ticks:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks():
    return Ticks()


@pytest.fixture
def watch(rooms, clock, ticks):
    return VideoWatch(rooms.db, clock, "zoom", ticks)


def silent(rooms):
    with rooms.db.read() as tx:
        return silent_since(tx, rooms.clock.now())


def fail(watch, clock, times=3):
    for _ in range(times):
        watch.note("unreachable")
        clock.forward(seconds=1)


def test_three_calls_in_a_row_are_an_outage_since_the_first(rooms, watch, clock):
    began = clock.now()

    fail(watch, clock, 2)
    assert silent(rooms) == {}
    fail(watch, clock, 1)

    assert silent(rooms) == {"zoom": began}


def test_an_answer_ends_it_and_the_next_one_begins_anew(rooms, watch, clock):
    fail(watch, clock)

    watch.note("answered")
    assert silent(rooms) == {}

    began = clock.now()
    fail(watch, clock)
    assert silent(rooms) == {"zoom": began}


def test_a_refusal_is_an_answer(rooms, watch, clock):
    fail(watch, clock)

    watch.note("refused")

    assert silent(rooms) == {}


def test_another_process_sees_it_and_ends_it_within_seconds(rooms, watch, clock, ticks):
    other = VideoWatch(rooms.db, clock, "zoom", ticks)
    other.note("answered")
    fail(watch, clock)

    other.note("answered")
    assert "zoom" in silent(rooms)
    ticks.now += LOOK_EVERY_SECONDS
    other.note("answered")

    assert silent(rooms) == {}


def test_what_nobody_tried_for_long_is_not_said_to_last(rooms, watch, clock):
    fail(watch, clock)

    clock.forward(seconds=(KNOWN_FOR + timedelta(seconds=1)).total_seconds())

    assert silent(rooms) == {}


def test_the_visits_pages_are_told_since_when(rooms, world, watch, clock):
    began = clock.now()
    fail(watch, clock)

    assert calls_known(rooms, [world.visit_id])[world.visit_id].silent_since == began
