"""Instants are UTC inside and right in any zone, over both changes of the clocks."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from fhir.times import Period, format_instant, has_ended, in_zone, parse_date, parse_instant, parse_period

NEW_YORK, LONDON = ZoneInfo("America/New_York"), ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2020-01-23T22:10:00Z", datetime(2020, 1, 23, 22, 10, tzinfo=UTC)),
        ("2020-07-13T08:00:00.000Z", datetime(2020, 7, 13, 8, 0, tzinfo=UTC)),
        ("2020-02-07T13:28:17-05:00", datetime(2020, 2, 7, 18, 28, 17, tzinfo=UTC)),
        ("2026-11-02T09:00:00+05:45", datetime(2026, 11, 2, 3, 15, tzinfo=UTC)),
        ("2026-11-02T09:00:00.1234567Z", datetime(2026, 11, 2, 9, 0, 0, 123456, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_as_utc(text, instant):
    parsed = parse_instant(text)

    assert parsed == instant
    assert parsed.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-02T09:00:00",
        "2026-11-02",
        "2026-11",
        "",
        "tomorrow",
        "2026-13-02T09:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "0001-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        None,
        1762074000,
        ["2026-11-02T09:00:00Z"],
    ],
)
def test_what_is_no_instant_is_none(text):
    assert parse_instant(text) is None


@pytest.mark.parametrize(
    ("utc", "shown"),
    [
        # In spring 2026 New York's clocks go from 01:59 EST to 03:00 EDT.
        ("2026-03-08T06:59:00Z", "2026-03-08 01:59 EST"),
        ("2026-03-08T07:00:00Z", "2026-03-08 03:00 EDT"),
        # In autumn 01:30 comes twice.
        ("2026-11-01T05:30:00Z", "2026-11-01 01:30 EDT"),
        ("2026-11-01T06:30:00Z", "2026-11-01 01:30 EST"),
        ("2026-11-01T07:00:00Z", "2026-11-01 02:00 EST"),
    ],
)
def test_an_instant_is_shown_right_over_both_changes_of_the_clocks(utc, shown):
    assert in_zone(parse_instant(utc), NEW_YORK).strftime("%Y-%m-%d %H:%M %Z") == shown


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("2026-03-08T01:30:00-05:00", "2026-03-08T06:30:00Z"),
        ("2026-03-08T03:30:00-04:00", "2026-03-08T07:30:00Z"),
        ("2026-11-01T01:30:00-04:00", "2026-11-01T05:30:00Z"),
        ("2026-11-01T01:30:00-05:00", "2026-11-01T06:30:00Z"),
    ],
)
def test_the_offset_tells_the_two_half_past_ones_apart(local, utc):
    assert format_instant(parse_instant(local)) == utc


def test_two_zones_that_change_on_different_days_show_the_same_instant():
    # Between 8 and 29 March 2026 London is four hours ahead of New York, not five.
    instant = parse_instant("2026-03-20T14:00:00Z")

    assert in_zone(instant, NEW_YORK).hour == 10
    assert in_zone(instant, LONDON).hour == 14


def test_a_naive_time_is_never_written():
    with pytest.raises(ValueError, match="naive"):
        format_instant(datetime(2026, 11, 2, 9, 0))  # noqa: DTZ001  # the fault that is refused


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1976-04-29", date(1976, 4, 29)),
        ("1976-04", None),
        ("1976", None),
        ("1976-04-31", None),
        ("1976W185", None),
        ("19760429", None),
        (19760429, None),
        (None, None),
    ],
)
def test_a_date_is_whole_or_none(text, day):
    assert parse_date(text) == day


def test_an_open_side_of_a_period_is_unbounded():
    nine, ten = datetime(2026, 11, 2, 9, tzinfo=UTC), datetime(2026, 11, 2, 10, tzinfo=UTC)

    assert Period(None, None).covers(nine)
    assert Period(nine, None).covers(nine)
    assert not Period(ten, None).covers(nine)
    assert not Period(None, nine).covers(nine)
    assert Period(None, ten).covers(nine)
    assert parse_period("2026") == Period(None, None)
    assert parse_period({"start": "2026-11-02T09:00:00Z"}) == Period(nine, None)


@pytest.mark.parametrize(
    ("period", "now", "ended"),
    [
        ({"end": "2026-11-02T09:00:00Z"}, datetime(2026, 11, 2, 9, tzinfo=UTC), True),
        ({"end": "2026-11-02T09:00:00Z"}, datetime(2026, 11, 2, 8, tzinfo=UTC), False),
        ({"end": "2026-11-02"}, datetime(2026, 11, 2, 23, 59, tzinfo=UTC), False),
        ({"end": "2026-11-02"}, datetime(2026, 11, 3, tzinfo=UTC), True),
        ({"end": "9999-12-31"}, datetime(2026, 11, 3, tzinfo=UTC), False),
        ({"end": "2099-01-01"}, None, True),
        ({"start": "2020-01-01"}, None, False),
        ({"end": "soon"}, None, False),
        (None, None, False),
    ],
)
def test_an_end_may_be_a_day_which_counts_to_its_last_minute(period, now, ended):
    assert has_ended(period, now) is ended
