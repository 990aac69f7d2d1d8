"""What is told of the reading of appointments: how fresh each search is, the budget, and the back-fill."""

from datetime import timedelta

import pytest

from app.services.backfill import Order, fill_back
from app.services.doctor.findings import Verdict
from app.services.doctor.flow import check_flow
from app.services.sync_progress import Freshness, sync_progress
from tests.app.sync.conftest import PLACE

pytestmark = pytest.mark.wire


def told(desk):
    return sync_progress(desk.rooms, desk.rooms.sites.site)


def fresh(desk):
    return {one.band: one.freshness for one in told(desk).stretches}


def test_before_the_first_search_nothing_is_known_and_the_budget_is_whole(desk):
    progress = told(desk)

    assert set(fresh(desk).values()) == {Freshness.UNREAD}
    assert [(one.who, one.searches, one.unread) for one in progress.stretches] == [
        (PLACE, 1, 1),
        (PLACE, 1, 1),
        (PLACE, 3, 3),
    ]
    assert (progress.budget.left, progress.budget.spent) == (progress.budget.full, 0)
    assert progress.backfill is None
    assert check_flow(desk.rooms, desk.rooms.sites.site).verdict is Verdict.UNKNOWN


def test_after_the_searches_it_says_what_was_found_and_what_that_cost(desk):
    desk.book(1)

    desk.sync()

    progress = told(desk)
    assert set(fresh(desk).values()) == {Freshness.FRESH}
    assert [one.found for one in progress.stretches] == [1, 1, 0]
    assert {one.read_at for one in progress.stretches} == {desk.clock.now()}
    assert progress.budget.spent == len(desk.asked())
    assert progress.budget.left == progress.budget.full - progress.budget.spent
    assert check_flow(desk.rooms, desk.rooms.sites.site).verdict is Verdict.FINE


@pytest.mark.parametrize(
    ("passed", "late"),
    [
        (timedelta(minutes=4), []),
        (timedelta(minutes=6), ["near"]),
        (timedelta(minutes=31), ["near", "today"]),
    ],
)
def test_what_nobody_reads_any_more_becomes_late(desk, passed, late):
    desk.sync()

    desk.clock.forward(seconds=passed.total_seconds())

    assert [band for band, one in fresh(desk).items() if one is Freshness.LATE] == late
    verdict = check_flow(desk.rooms, desk.rooms.sites.site).verdict
    assert verdict is (Verdict.NOTE if late else Verdict.FINE)


def test_a_search_that_failed_says_why_until_it_went_well_again(desk):
    desk.clinic.switch("ehr_down", what="fhir", status=503)

    desk.sync()

    first, found = told(desk).stretches[0], check_flow(desk.rooms, desk.rooms.sites.site)
    assert first.freshness is Freshness.FAILED
    assert found.verdict is Verdict.NOTE
    assert set(first.codes) <= set(found.facts)
    assert told(desk).budget.paused_until > desk.clock.now()
    desk.clinic.switch("ehr_down", on=False)
    desk.later(minutes=2)
    assert Freshness.FAILED not in fresh(desk).values()
    assert told(desk).budget.paused_until is None


def test_a_back_fill_tells_how_far_it_came_and_when(desk):
    site = desk.rooms.sites.site
    today = desk.clock.now().astimezone(site.zone).date()
    desk.book(1)
    steps = fill_back(desk.rooms, Order(site, site.sync, today, today + timedelta(days=3)), dry=False)
    next(steps)
    began = desk.clock.now()
    desk.clock.forward(seconds=5)

    next(steps)

    half = told(desk).backfill
    assert (half.done, half.searches, half.course.ended_at) == (1, 4, None)
    assert (half.course.began_at, half.course.stepped_at) == (began, desk.clock.now())
    assert half.course.progress.counts == {"read": 1}
    list(steps)
    whole = told(desk).backfill
    assert (whole.done, whole.course.ended_at) == (4, desk.clock.now())
