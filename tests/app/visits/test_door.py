"""What the patient's link opens, minute by minute, and when Start is possible."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.visits.door import Door, Hall, Slot, door_of, join_is_offered, no_show_is_offered, start_is_possible
from app.visits.states import Presence, VisitState

TEN = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
SLOT = Slot(TEN, 30)
NEW_YORK = ZoneInfo("America/New_York")


def hall(state=VisitState.PLANNED, patient=Presence.HERE, host=Presence.INVITED, told=False, **more):
    return Hall(state, SLOT, patient, host, told, **more)


def minutes(count):
    return TEN + timedelta(minutes=count)


@pytest.mark.parametrize(
    ("now", "door"),
    [(-31, Door.TOO_EARLY), (-30, Door.WAIT), (0, Door.WAIT), (600, Door.WAIT)],
)
def test_a_planned_visit_says_wait_inside_its_window_however_late(now, door):
    assert door_of(hall(), minutes(now), 30, None) is door


def test_a_patient_whose_provider_was_told_reads_so():
    assert door_of(hall(told=True), minutes(-5), 30, None) is Door.TOLD


def test_join_is_offered_once_the_provider_started():
    assert join_is_offered(hall(VisitState.OPEN), minutes(-50), 30, None)


def test_join_is_not_offered_before_the_start():
    assert not join_is_offered(hall(), minutes(5), 30, None)


def test_a_department_may_open_the_vendors_room_earlier():
    assert not join_is_offered(hall(), minutes(-11), 30, 10)
    assert join_is_offered(hall(), minutes(-10), 30, 10)


@pytest.mark.parametrize(
    ("patient", "more", "door"),
    [
        (Presence.ON_THE_WAY, {}, Door.ON_THE_WAY),
        (Presence.WAITING, {}, Door.IN_CALL),
        (Presence.LEFT, {"patient_was_in_call": True}, Door.DROPPED),
        (Presence.HERE, {"patient_was_in_call": True}, Door.DROPPED),
    ],
)
def test_an_open_visit_says_where_the_patient_is(patient, more, door):
    assert door_of(hall(VisitState.IN_PROGRESS, patient, **more), TEN, 30, None) is door


def test_a_provider_who_left_without_finishing_is_said_so():
    away = hall(VisitState.IN_PROGRESS, Presence.LEFT, Presence.LEFT, host_was_in_call=True)

    assert door_of(away, TEN, 30, None) is Door.PROVIDER_LEFT
    assert join_is_offered(away, TEN, 30, None)


@pytest.mark.parametrize("state", [VisitState.FINISHED, VisitState.NO_SHOW, VisitState.CANCELLED])
def test_a_closed_visit_offers_no_join(state):
    assert not join_is_offered(hall(state), TEN, 30, None)


def test_start_is_possible_from_an_hour_before_to_the_end_of_the_clinic_s_day():
    assert not start_is_possible(VisitState.PLANNED, SLOT, NEW_YORK, minutes(-61))
    assert start_is_possible(VisitState.PLANNED, SLOT, NEW_YORK, minutes(-60))
    # The slot is at 10:00 in New York: midnight there is 14 hours later, past midnight in UTC.
    assert start_is_possible(VisitState.PLANNED, SLOT, NEW_YORK, TEN + timedelta(hours=13, minutes=59))
    assert not start_is_possible(VisitState.PLANNED, SLOT, NEW_YORK, TEN + timedelta(hours=14))


def test_a_slot_over_midnight_can_be_started_to_its_end():
    late = Slot(datetime(2026, 11, 24, 4, 50, tzinfo=UTC), 30)  # 23:50 in New York

    assert start_is_possible(VisitState.PLANNED, late, NEW_YORK, late.start + timedelta(minutes=29))
    assert not start_is_possible(VisitState.PLANNED, late, NEW_YORK, late.start + timedelta(minutes=30))


@pytest.mark.parametrize("state", [VisitState.OPEN, VisitState.IN_PROGRESS])
def test_a_visit_that_overran_midnight_can_be_started_again_until_it_is_closed(state):
    late = Slot(datetime(2026, 11, 24, 4, 0, tzinfo=UTC), 30)  # 23:00 in New York

    for hours in (2, 30):
        assert start_is_possible(state, late, NEW_YORK, late.start + timedelta(hours=hours))
    assert not start_is_possible(VisitState.FINISHED, late, NEW_YORK, late.start + timedelta(hours=2))
    assert not start_is_possible(VisitState.PLANNED, late, NEW_YORK, late.start + timedelta(hours=2))


@pytest.mark.parametrize(
    ("start", "midnight"),
    [
        # New York's day of 23 hours, and its day of 25.
        (datetime(2026, 3, 8, 5, 30, tzinfo=UTC), datetime(2026, 3, 9, 4, 0, tzinfo=UTC)),
        (datetime(2026, 11, 1, 4, 30, tzinfo=UTC), datetime(2026, 11, 2, 5, 0, tzinfo=UTC)),
    ],
)
def test_a_planned_visit_can_be_started_to_the_end_of_a_day_whose_clock_changes(start, midnight):
    slot, second = Slot(start, 30), timedelta(seconds=1)

    assert start_is_possible(VisitState.PLANNED, slot, NEW_YORK, midnight - second)
    assert not start_is_possible(VisitState.PLANNED, slot, NEW_YORK, midnight)


def test_no_show_is_offered_a_quarter_of_an_hour_after_the_slot_to_those_never_here():
    assert not no_show_is_offered(VisitState.PLANNED, SLOT, False, minutes(14))
    assert no_show_is_offered(VisitState.PLANNED, SLOT, False, minutes(15))
    assert not no_show_is_offered(VisitState.PLANNED, SLOT, True, minutes(15))
