"""The synthetic day: around now, valid, the same ids whenever it is planned."""

from datetime import UTC, datetime, time, timedelta

import pytest

from sandbox.clinic.day import (
    clinic_date,
    day_resources,
    plan_day,
    plan_more,
    seconds_until,
    standing_resources,
)
from sandbox.clinic.people import CLINICIANS, PATIENTS
from sandbox.clinic.places import ZONE
from sandbox.ehr.validation import problems_of

NOON = datetime(2026, 11, 22, 17, 3, tzinfo=UTC)


@pytest.mark.parametrize("now", [NOON, datetime(2026, 11, 1, 6, 30, tzinfo=UTC)])
def test_every_resource_is_valid_r4(now):
    for raw in [*standing_resources(), *day_resources(plan_day(now))]:
        assert problems_of(raw) == []


def test_ids_depend_on_the_date_alone():
    morning = [visit.key for visit in plan_day(NOON)]
    evening = [visit.key for visit in plan_day(NOON + timedelta(hours=6))]

    assert morning == evening
    assert morning[2] == "vb-20261122-03"


def test_hours_later_more_visits_are_booked_around_the_moment():
    later = NOON + timedelta(hours=5)

    more = plan_more(later)

    assert {visit.key for visit in more}.isdisjoint(visit.key for visit in plan_day(later))
    assert all(visit.slot.status == "booked" for visit in more)
    assert all(abs(visit.start - later) <= timedelta(minutes=65) for visit in more)
    assert {visit.clinician.id for visit in more} == {clinician.id for clinician in CLINICIANS}


def test_the_day_stands_around_now():
    starts = {visit.slot.number: visit.start for visit in plan_day(NOON)}

    assert starts[4] == datetime(2026, 11, 22, 17, 5, tzinfo=UTC)
    assert starts[21].astimezone(ZONE).date() == clinic_date(NOON) - timedelta(days=1)


@pytest.mark.parametrize("hour, minute", [(4, 55), (5, 0), (5, 2), (5, 40)])
def test_near_midnight_the_near_visits_stay_in_the_day(hour, minute):
    now = datetime(2026, 11, 22, hour, minute, tzinfo=UTC)

    near = [visit for visit in plan_day(now) if abs(visit.slot.offset) <= 60]

    assert {visit.start.astimezone(ZONE).date() for visit in near} == {clinic_date(now)}


@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (datetime(2026, 11, 23, 14, 30, tzinfo=UTC), 0.5),
        (datetime(2026, 11, 23, 15, 30, tzinfo=UTC), 23.5),
        (datetime(2026, 10, 31, 16, 0, tzinfo=UTC), 23.0),  # the night has an hour more
    ],
)
def test_the_next_ten_o_clock_of_the_clinic_is_so_far_away(now, hours):
    assert seconds_until(time(10), now) == hours * 3600


def test_nobody_is_in_two_places_at_once():
    visits = [visit for visit in plan_day(NOON) if visit.slot.status != "cancelled"]

    for one in visits:
        for other in visits:
            if one.key < other.key and (one.person == other.person or one.clinician == other.clinician):
                one_end = one.start + timedelta(minutes=one.slot.minutes)
                other_end = other.start + timedelta(minutes=other.slot.minutes)
                assert one_end <= other.start or other_end <= one.start


def test_the_day_has_what_the_demo_needs():
    visits = plan_day(NOON)

    assert {visit.slot.status for visit in visits} >= {"booked", "fulfilled", "cancelled"}
    assert any(visit.encounter is None for visit in visits)
    assert {visit.clinician for visit in visits} == set(CLINICIANS)
    assert {visit.person for visit in visits} == set(PATIENTS)
    assert [person.id for person in PATIENTS if not person.email] == ["vb-patient-12"]
    assert [person.id for person in PATIENTS if not person.phone] == ["vb-patient-11"]
