"""The sandbox's clock: moved in one process, followed by the others."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, jsonify

from sandbox.clock import BadClockMove, FollowingClock, SettableClock, instant
from sandbox.serving import served


@pytest.mark.parametrize(
    ("order", "ahead"),
    [({"offset_seconds": 90}, 90), ({"forward_minutes": 15}, 900), ({"tomorrow": True}, 86_400)],
)
def test_the_clock_obeys_each_move(order, ahead):
    clock = SettableClock()

    clock.move(order)

    assert clock.offset_seconds == ahead
    before, told, after = datetime.now(UTC), clock.now(), datetime.now(UTC)
    assert before <= told - timedelta(seconds=ahead) <= after


def test_steps_add_up():
    clock = SettableClock(offset_seconds=60)

    clock.move({"forward_minutes": 15})
    clock.move({"forward_minutes": 15})

    assert clock.offset_seconds == 60 + 1800


@pytest.mark.parametrize(
    "order", [{}, {"tomorrow": False}, {"forward_minutes": "15"}, {"offset_seconds": True}]
)
def test_an_unknown_move_moves_nothing(order):
    clock = SettableClock()

    with pytest.raises(BadClockMove):
        clock.move(order)

    assert clock.offset_seconds == 0


def test_a_follower_takes_over_the_served_offset_and_keeps_it_when_the_clock_is_gone():
    app = Flask("clock")
    ehr = SettableClock(offset_seconds=3600)
    app.add_url_rule("/clock", view_func=lambda: jsonify(ehr.as_json()))

    with served(app) as base:
        follower = FollowingClock(base + "/clock")
        follower.follow_once()
    follower.follow_once()

    assert follower.offset_seconds == 3600


def test_instants_are_written_in_utc():
    assert instant(datetime.fromisoformat("2026-03-08T02:30:00-05:00")) == "2026-03-08T07:30:00Z"
    assert instant(datetime(2026, 3, 8, 7, 30, 0, 120_000, UTC)) == "2026-03-08T07:30:00.120Z"
