"""Links for what is booked already: counted first, killed in the middle, gone on with, within the budget."""

from datetime import timedelta

import pytest

from app.services.backfill import Order, fill_back
from app.sync_plan import SyncPlan
from fhir.errors import ChartRefused
from tests.app.sync.conftest import PLACE

pytestmark = pytest.mark.wire
DAY = 24 * 60


@pytest.fixture
def order(desk):
    """Four days: today and three more."""
    site = desk.rooms.sites.site
    today = desk.clock.now().astimezone(site.zone).date()
    return Order(site, site.sync, today, today + timedelta(days=3))


def run(desk, order, *, dry=False):
    """All of it; waiting moves the clock."""
    waited = []

    def sleep(seconds):
        waited.append(seconds)
        desk.clock.forward(seconds=seconds)

    return list(fill_back(desk.rooms, order, dry=dry, sleep=sleep)), waited


def test_a_dry_run_counts_by_reason_and_makes_nothing(desk, order):
    desk.book(1)
    desk.book(2, minutes=DAY, status="cancelled", cancelationReason={"text": "x"})

    steps, _ = run(desk, order, dry=True)

    assert steps[-1].counts == {"new": 1, "cancelled": 1}
    assert desk.visits() == {}
    assert not any("/Patient/" in path for path in desk.asked())


def test_every_future_appointment_of_the_days_gets_its_visit_and_its_link_once(desk, order):
    for number in range(25):
        desk.book(number, minutes=number * 60)
    desk.book(90, minutes=-60)

    run(desk, order)
    run(desk, order)

    assert set(desk.visits()) == {f"sync-{number}" for number in range(25)}
    assert all(visit.people[0].token for visit in desk.visits().values())
    assert len([row for row in desk.owed() if row.kind == "send_link"]) == 25


def test_what_was_stopped_in_the_middle_goes_on_there(desk, order):
    desk.book(1)
    desk.book(2, minutes=DAY)
    half = fill_back(desk.rooms, order, dry=False, sleep=lambda _: None)
    assert [next(half).done, next(half).done] == [0, 1]
    half.close()
    before = len(desk.asked())

    steps, _ = run(desk, order)

    assert [step.done for step in steps] == [1, 2, 3, 4]
    assert len([path for path in desk.asked()[before:] if path.startswith("GET /fhir/Appointment?")]) == 3
    assert set(desk.visits()) == {"sync-1", "sync-2"}


def test_it_waits_for_its_budget_and_for_an_ehr_that_is_away(desk, order, make_site):
    plan = SyncPlan(locations=(PLACE,), requests_per_hour=30)
    desk.rooms.sites.site = make_site(sync=plan)
    order = Order(desk.rooms.sites.site, plan, order.first, order.first + timedelta(days=40))
    for number in range(12):
        desk.book(number, minutes=number * 60)
    desk.clinic.switch("ehr_down", what="fhir", status=503, times=1)

    _, waited = run(desk, order)

    assert len(desk.visits()) == 12
    assert 30 in waited
    assert sum(waited) > 60


def test_a_refusal_that_does_not_pass_ends_it(desk, order):
    desk.clinic.switch("no_search", types=["Appointment"])

    with pytest.raises(ChartRefused):
        run(desk, order)
