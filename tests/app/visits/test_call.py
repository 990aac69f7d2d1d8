"""Where people stand in a call, told by facts in any order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from app.visits.call import (
    CallFact,
    FactKind,
    instances_of,
    meeting_state_of,
    met_at,
    overlap_of,
    stand_of,
    stretches_of,
)
from app.visits.states import MeetingState, Presence

NINE = datetime(2026, 3, 8, 9, 0, tzinfo=UTC)


def fact(kind, seconds, person="patient", connection="phone", instance="run-1"):
    alone = kind in (FactKind.STARTED, FactKind.ENDED)
    return CallFact(
        kind,
        NINE + timedelta(seconds=seconds),
        instance,
        None if alone else connection,
        None if alone else person,
    )


def test_nobody_has_a_stand_before_the_call_saw_them():
    assert stand_of([fact(FactKind.STARTED, 0)], "patient") is None


def test_a_late_left_of_the_old_connection_does_not_end_a_rejoin():
    facts = [
        fact(FactKind.JOINED, 10, connection="first"),
        fact(FactKind.JOINED, 60, connection="second"),
        fact(FactKind.LEFT, 90, connection="first"),
    ]

    assert stand_of(facts, "patient").presence is Presence.IN_CALL


def test_in_call_on_one_device_outranks_waiting_on_another():
    facts = [fact(FactKind.JOINED, 10, connection="laptop"), fact(FactKind.WAITING, 20)]

    assert stand_of(facts, "patient").presence is Presence.IN_CALL


def test_a_new_key_in_the_main_room_does_not_leave_a_ghost_behind():
    facts = [
        fact(FactKind.WAITING, 0, connection="lobby"),
        fact(FactKind.ADMITTED, 5, connection="lobby"),
        fact(FactKind.JOINED, 6, connection="room"),
        fact(FactKind.LEFT, 60, connection="room"),
    ]

    assert stand_of(facts, "patient").presence is Presence.LEFT


def test_put_back_and_left_in_the_same_second_is_waiting():
    facts = [fact(FactKind.JOINED, 0), fact(FactKind.LEFT, 30), fact(FactKind.PUT_BACK, 30)]

    assert stand_of(facts, "patient").presence is Presence.WAITING


def test_the_end_of_a_run_ends_every_connection_to_it():
    facts = [fact(FactKind.STARTED, 0), fact(FactKind.JOINED, 5), fact(FactKind.ENDED, 300)]

    stand = stand_of(facts, "patient")

    assert (stand.presence, stand.since) == (Presence.LEFT, NINE + timedelta(seconds=300))


def test_waiting_is_dated_by_the_begin_of_the_wait():
    facts = [fact(FactKind.WAITING, 0), fact(FactKind.PUT_BACK, 40)]

    assert stand_of(facts, "patient").since == NINE


def test_a_joined_without_a_started_makes_the_meeting_live():
    assert meeting_state_of([fact(FactKind.JOINED, 3)]) is MeetingState.LIVE


def test_a_second_run_makes_an_idle_meeting_live_again():
    first = [fact(FactKind.STARTED, 0), fact(FactKind.ENDED, 60)]
    assert meeting_state_of(first) is MeetingState.IDLE

    both = [*first, fact(FactKind.STARTED, 120, instance="run-2")]

    assert meeting_state_of(both) is MeetingState.LIVE
    assert [run.uuid for run in instances_of(both)] == ["run-1", "run-2"]


def test_waiting_alone_makes_no_meeting_live():
    assert meeting_state_of([fact(FactKind.WAITING, 0)]) is MeetingState.READY


def test_the_two_met_when_the_later_of_them_came():
    facts = [fact(FactKind.JOINED, 0, person="host", connection="desk"), fact(FactKind.JOINED, 70)]

    assert met_at(facts, "host", "patient") == NINE + timedelta(seconds=70)


def test_two_who_missed_each_other_never_met():
    facts = [
        fact(FactKind.JOINED, 0, person="host", connection="desk"),
        fact(FactKind.LEFT, 60, person="host", connection="desk"),
        fact(FactKind.JOINED, 70),
    ]

    assert met_at(facts, "host", "patient") is None


def test_a_call_within_one_second_is_a_call():
    nine_ms = int(NINE.timestamp() * 1000)
    facts = [
        replace(fact(FactKind.JOINED, 0, person="host", connection="desk"), told_ms=nine_ms + 100),
        replace(fact(FactKind.JOINED, 0), told_ms=nine_ms + 250),
        replace(fact(FactKind.LEFT, 0), told_ms=nine_ms + 700),
    ]

    together = overlap_of(facts, "host", "patient", NINE + timedelta(minutes=1))

    assert together == timedelta(milliseconds=450)


def test_the_millisecond_of_a_late_event_says_nothing_of_its_inner_time():
    nine_ms = int(NINE.timestamp() * 1000)
    host = replace(fact(FactKind.JOINED, 0, person="host", connection="desk"), told_ms=nine_ms + 60_250)

    together = overlap_of([host, fact(FactKind.JOINED, 0)], "host", "patient", NINE + timedelta(minutes=1))

    assert together == timedelta(minutes=1)


def test_admitted_then_joined_is_one_stretch():
    facts = [fact(FactKind.ADMITTED, 5), fact(FactKind.JOINED, 6), fact(FactKind.LEFT, 66)]

    (stretch,) = stretches_of(facts, "patient")

    assert (stretch.start, stretch.end) == (NINE + timedelta(seconds=5), NINE + timedelta(seconds=66))


def test_facts_of_one_second_are_ordered_by_when_they_were_told():
    facts = [
        replace(fact(FactKind.PUT_BACK, 0), told_ms=200),
        replace(fact(FactKind.ADMITTED, 0), told_ms=300),
        replace(fact(FactKind.JOINED, 0), told_ms=100),
    ]

    assert stand_of(facts, "patient").presence is Presence.IN_CALL
