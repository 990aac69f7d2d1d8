"""When each stretch of the clinic's time is read: nights, midnights and the days when clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.visits.windows import Band, day_window, is_due, window_of

NEW_YORK = ZoneInfo("America/New_York")


def local(*parts, fold=0):
    return datetime(*parts, tzinfo=NEW_YORK, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("day", "hours"),
    [((2026, 3, 8), 23), ((2026, 11, 1), 25), ((2026, 11, 23), 24)],
)
def test_today_is_as_long_as_the_clinics_day(day, hours):
    window = window_of(Band.TODAY, local(*day, 12), NEW_YORK)

    assert window.end - window.start == timedelta(hours=hours)
    assert window.start == local(*day)


def test_the_bands_leave_no_gap_over_midnight():
    now = local(2026, 11, 23, 23, 30)

    near, today = (window_of(band, now, NEW_YORK) for band in (Band.NEAR, Band.TODAY))

    assert near.start < today.end < near.end
    assert today.end == day_window(date(2026, 11, 24), NEW_YORK).start


@pytest.mark.parametrize(("band", "seconds"), [(Band.NEAR, 60), (Band.TODAY, 600)])
def test_a_band_of_today_comes_again_after_its_time(band, seconds):
    now = local(2026, 11, 23, 9)

    assert not is_due(band, now - timedelta(seconds=seconds - 1), now, NEW_YORK, time(2))
    assert is_due(band, now - timedelta(seconds=seconds), now, NEW_YORK, time(2))


@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (local(2026, 11, 23, 2, 1), local(2026, 11, 23, 23, 59), False),
        (local(2026, 11, 23, 2, 1), local(2026, 11, 24, 1, 59), False),
        (local(2026, 11, 23, 2, 1), local(2026, 11, 24, 2, 0), True),
        (local(2026, 11, 23, 1, 59), local(2026, 11, 23, 2, 0), True),
        (local(2026, 11, 20, 3), local(2026, 11, 23, 1), True),
        (local(2026, 11, 23, 3), local(2026, 11, 23, 2, 30), True),
    ],
)
def test_later_is_read_once_a_night(last, now, due):
    assert is_due(Band.LATER, last, now, NEW_YORK, time(2)) is due


def test_the_night_without_the_hour_has_its_turn_at_once_after_it():
    before, after = local(2026, 3, 8, 1, 59), local(2026, 3, 8, 3, 0)

    assert after - before == timedelta(minutes=1)
    assert is_due(Band.LATER, before, after, NEW_YORK, time(2, 30))


def test_the_night_with_the_hour_twice_has_one_turn():
    first, again = local(2026, 11, 1, 1, 45), local(2026, 11, 1, 1, 15, fold=1)

    assert first < again
    assert not is_due(Band.LATER, first, again, NEW_YORK, time(1, 30))
    assert not is_due(Band.LATER, first, local(2026, 11, 1, 1, 45, fold=1), NEW_YORK, time(1, 30))
