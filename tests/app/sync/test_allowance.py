"""No hour sees more requests than its number, and later days leave some to the nearest."""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta

import pytest

from app.visits.allowance import Allowance, spent_by
from app.visits.windows import Band

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def greedy(per_hour, seconds, band=Band.NEAR):
    """When requests are granted to somebody who asks again and again."""
    left, now, granted = None, NOON, []
    while now < NOON + timedelta(seconds=seconds):
        after = spent_by(left, band, per_hour, now)
        if isinstance(after, Allowance):
            left = after
            granted.append(now)
        else:
            now += timedelta(seconds=7)
    return granted


@pytest.mark.parametrize("per_hour", [30, 60, 600, 5000])
def test_no_hour_sees_more_than_its_number(per_hour):
    granted = greedy(per_hour, 3 * 3600)

    for first in granted[::7]:
        within = bisect_left(granted, first + timedelta(hours=1)) - bisect_left(granted, first)
        assert within <= per_hour
    assert len(granted) >= per_hour


def test_later_days_leave_some_to_the_nearest():
    left, now = None, NOON
    while isinstance(after := spent_by(left, Band.LATER, 600, now), Allowance):
        left = after

    assert isinstance(spent_by(left, Band.TODAY, 600, now), Allowance)
    assert isinstance(spent_by(left, Band.NEAR, 600, now), Allowance)


def test_a_clock_that_was_set_back_gives_nothing_and_takes_nothing():
    left = Allowance(3.0, NOON)

    after = spent_by(left, Band.NEAR, 600, NOON - timedelta(days=1))

    assert after == Allowance(2.0, NOON - timedelta(days=1))
