"""Times on pages, in the night in which the clocks go back and in others."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from app.instants import moment_words, time_words
from tests.clinic_day import HERE

NEW_YORK, LONDON = ZoneInfo("America/New_York"), ZoneInfo("Europe/London")
FIRST, SECOND = datetime(2026, 11, 1, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "zone", "said"),
    [
        (FIRST, NEW_YORK, "1:30 AM EDT"),
        (SECOND, NEW_YORK, "1:30 AM EST"),
        (datetime(2026, 11, 1, 4, 59, tzinfo=UTC), NEW_YORK, "12:59 AM"),
        (datetime(2026, 11, 1, 7, 0, tzinfo=UTC), NEW_YORK, "2:00 AM"),
        (datetime(2026, 3, 8, 7, 0, tzinfo=UTC), NEW_YORK, "3:00 AM"),
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), LONDON, "1:30 AM British Summer Time"),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), LONDON, "1:30 AM GMT"),
    ],
)
def test_only_a_time_that_comes_twice_says_which_it_is(instant, zone, said):
    assert time_words(instant, zone, "en").replace("\u00a0", " ") == said


def test_a_moment_has_no_seconds():
    moment = moment_words(datetime(2026, 11, 23, 19, 0, 7, tzinfo=UTC), NEW_YORK, "en")

    assert moment == "Monday, November 23, 2026, 2:00\u00a0PM"


@pytest.fixture
def night(clock, day):
    """A visit at the second half past one of that night, ten minutes before it."""
    clock.instant = datetime(2026, 11, 1, 6, 20, tzinfo=UTC)
    return day.visit(patient=HERE)


@pytest.mark.parametrize("path", ["visits/{}", "schedule/fragment"])
def test_staff_read_which_half_past_one_it_is(night, provider, path):
    page = provider().read(path.format(night))

    assert re.search(r"1:30\s?AM\s?EST", page)


def test_the_patient_reads_which_half_past_one_it_is(night, day, phone):
    page = phone.get(f"/v/{day.token_of(night)}").text

    assert re.search(r"<b>1:30\s?AM\s?EST</b>", page)
