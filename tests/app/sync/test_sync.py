"""Appointments reach our rows by themselves: made, moved, called off, gone. Over real HTTP."""

from datetime import UTC, datetime, timedelta

import pytest

from app.sync_plan import SyncPlan
from tests.app.sync.conftest import PLACE, appointment_raw

pytestmark = pytest.mark.wire


def test_an_appointment_that_nobody_looked_at_becomes_a_visit_whose_patient_has_the_link_once(desk):
    desk.book(1)

    desk.sync()
    desk.deliver()
    desk.later(minutes=11)

    visit = desk.visit(1)
    assert (visit.state, visit.start, visit.department) == ("planned", desk.slot, PLACE)
    assert [person.role for person in visit.people] == ["patient", "host"]
    assert desk.deliver() == ["Your video visit with Harbor Clinic"]


def test_all_days_up_to_the_horizon_and_all_pages_are_read(desk):
    for number in range(45):
        desk.book(number, minutes=24 * 60 + number)
    desk.book(90, minutes=3 * 24 * 60)
    desk.book(91, minutes=4 * 24 * 60)

    desk.sync()

    assert set(desk.visits()) == {*(f"sync-{number}" for number in range(45)), "sync-90"}
    searches = [path for path in desk.asked() if path.startswith("GET /fhir/Appointment?")]
    assert len(searches) > len(desk.legs())


def test_nothing_is_read_around_an_appointment_that_is_as_it_was(desk):
    desk.book(1)
    desk.sync()
    before = len(desk.asked())

    desk.later(minutes=1)

    asked = desk.asked()[before:]
    assert len(asked) == 1
    assert asked[0].startswith("GET /fhir/Appointment")
    assert desk.visit(1).chart_read_at == desk.clock.now()


def test_what_is_no_video_visit_or_off_already_makes_no_visit(desk, make_site):
    desk.rooms.sites.site = make_site(
        sync=desk.rooms.sites.site.sync, video_services=frozenset({"video-visit"})
    )
    desk.book(1, serviceType=[{"text": "Surgery"}])
    desk.book(2, status="cancelled", cancelationReason={"text": "x"})
    desk.book(3, place="elsewhere")

    desk.sync()

    assert desk.visits() == {}


def test_a_moved_appointment_moves_the_visit_and_whoever_had_the_link_is_told_once(desk):
    desk.book(1)
    desk.sync()
    desk.deliver()

    desk.book(1, minutes=45)
    desk.later(minutes=1)
    desk.later(minutes=11)

    visit = desk.visit(1)
    assert (visit.start, visit.moved_from) == (desk.slot + timedelta(minutes=45), desk.slot)
    assert desk.deliver()[1:] == ["New time for your video visit with Harbor Clinic"]
    assert desk.visit(1).people[0].token in desk.rooms.gateways["email"].sent[1].text


def test_a_move_out_of_sight_is_found_by_reading_the_one_that_vanished(desk):
    desk.book(1)
    desk.sync()

    desk.book(1, minutes=20 * 24 * 60)
    desk.later(minutes=1)

    assert desk.visit(1).start == desk.slot + timedelta(days=20)


def test_who_never_had_the_link_hears_the_new_time_with_it_and_nothing_else(desk):
    desk.book(1)
    desk.sync()

    desk.book(1, minutes=45)
    desk.later(minutes=1)

    assert desk.deliver() == ["Your video visit with Harbor Clinic"]
    assert "11:05" not in desk.rooms.gateways["email"].sent[0].text
    assert "10:45" in desk.rooms.gateways["email"].sent[0].text


def test_moved_there_and_back_before_anybody_heard_of_it_tells_nobody(desk):
    desk.book(1)
    desk.sync()
    desk.deliver()

    desk.book(1, minutes=45)
    desk.later(minutes=1)
    desk.book(1)
    desk.later(minutes=1)

    assert desk.deliver() == ["Your video visit with Harbor Clinic"]
    assert desk.visit(1).start == desk.slot


@pytest.mark.parametrize(
    ("status", "state"), [("cancelled", "cancelled"), ("entered-in-error", "entered_in_error")]
)
def test_an_appointment_that_is_called_off_calls_the_visit_off_and_says_so(desk, status, state):
    desk.book(1)
    desk.sync()
    desk.deliver()

    why = {"cancelationReason": {"text": "x"}} if status == "cancelled" else {}
    desk.book(1, status=status, **why)
    desk.later(minutes=1)
    desk.later(minutes=11)

    assert desk.visit(1).state == state
    assert desk.deliver()[1:] == ["Your video visit with Harbor Clinic is cancelled"]


def test_a_visit_under_way_is_not_called_off_by_the_chart(desk):
    desk.book(1)
    desk.sync()
    desk.deliver()
    with desk.rooms.db.write() as tx:
        tx.merge(desk.visit(1)).state = "in_progress"

    desk.book(1, status="cancelled", cancelationReason={"text": "x"})
    desk.later(minutes=1)

    visit = desk.visit(1)
    assert (visit.state, visit.chart_warning) == ("in_progress", "cancelled")
    assert len(desk.deliver()) == 1


def test_another_practitioner_becomes_the_host(desk):
    desk.book(1)
    desk.sync()

    desk.book(1, practitioner="sync-second")
    desk.later(minutes=1)

    assert desk.visit(1).practitioner_id == "sync-second"


def test_an_appointment_that_the_chart_lost_is_a_warning_until_it_is_there_again(desk):
    desk.book(1)
    desk.sync()
    desk.clinic.switch("lose", ids=["sync-1"])

    desk.later(minutes=1)

    assert (desk.visit(1).state, desk.visit(1).chart_warning) == ("planned", "gone")
    before = len(desk.asked())
    desk.later(minutes=1)
    assert [path for path in desk.asked()[before:] if "sync-1" in path] == []
    desk.clinic.switch("lose", on=False)
    desk.later(minutes=1)
    assert desk.visit(1).chart_warning is None


def test_an_ehr_that_is_away_is_left_alone_and_asked_again_in_time(desk):
    desk.book(1)
    desk.clinic.switch("ehr_down", what="fhir", status=503)
    desk.sync()
    assert {leg.error_code for leg in desk.legs().values()} != {None}
    before = len(desk.asked())

    desk.later(seconds=20)
    assert len(desk.asked()) == before

    desk.clinic.switch("ehr_down", on=False)
    desk.later(minutes=2)
    assert list(desk.visits()) == ["sync-1"]
    assert {leg.error_code for leg in desk.legs().values()} == {None}


def test_a_line_that_breaks_in_the_middle_of_the_pages_loses_nothing(desk):
    for number in range(45):
        desk.book(number, minutes=number)
    desk.clinic.switch("ehr_down", what="fhir", chance=0.3, seed=7)

    for _ in range(15):
        desk.later(minutes=11)

    desk.clinic.switch("ehr_down", on=False)
    desk.later(minutes=11)
    assert len(desk.visits()) == 45
    assert all(visit.chart_warning is None for visit in desk.visits().values())


def test_a_small_budget_goes_to_the_nearest_and_is_never_overspent(desk, make_site):
    plan = SyncPlan(locations=(PLACE,), horizon_days=3, requests_per_hour=60)
    desk.rooms.sites.site = make_site(sync=plan)
    for number in range(20):
        desk.book(number, minutes=24 * 60 + number, patient="sync-patient")
    desk.book(50)
    before = len(desk.asked())

    spent = []
    for _ in range(60):
        desk.later(minutes=1)
        spent.append(len(desk.asked()) - before)
    assert max(spent) <= 60
    assert "sync-50" in desk.visits()
    near = desk.legs()[f"near:location/{PLACE}"]
    assert desk.clock.now() - near.read_at <= timedelta(minutes=3)


def test_nights_and_clock_changes_leave_no_appointment_out(desk):
    # The night in which New York's clocks go back, seen in steps of 25 minutes.
    desk.clock.instant = datetime(2026, 11, 1, 2, 0, tzinfo=UTC)
    starts = {n: desk.clock.now() + timedelta(hours=3 * n) for n in range(1, 12)}
    for number, start in starts.items():
        desk.load(appointment_raw(number, start))

    for _ in range(40):
        desk.later(minutes=25)

    assert {name: visit.start for name, visit in desk.visits().items()} == {
        f"sync-{number}": start for number, start in starts.items()
    }
