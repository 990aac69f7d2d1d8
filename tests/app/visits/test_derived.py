"""Facts that a poll found beside facts that were told: what was told outranks, silence is filled."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.visits.call import CallFact, FactKind, instances_of, meeting_state_of, stand_of, stretches_of
from app.visits.derived import weighed
from app.visits.presence import PageTrace, presence_of
from app.visits.states import MeetingState, Presence, PresenceSource

NINE = datetime(2026, 3, 8, 9, 0, tzinfo=UTC)
WAITING, ADMITTED, JOINED, LEFT = FactKind.WAITING, FactKind.ADMITTED, FactKind.JOINED, FactKind.LEFT
STARTED, ENDED, PUT_BACK = FactKind.STARTED, FactKind.ENDED, FactKind.PUT_BACK


def at(seconds):
    return NINE + timedelta(seconds=seconds)


def told(kind, seconds, connection="phone", person="patient"):
    alone = kind in (STARTED, ENDED)
    return CallFact(kind, at(seconds), "run", None if alone else connection, None if alone else person)


def polled(kind, seconds, person="patient"):
    return CallFact(
        kind, at(seconds), "run", None, None if kind in (STARTED, ENDED) else person, derived=True
    )


def stand(*facts, person="patient"):
    found = stand_of(weighed(facts), person)
    return found and (found.presence, (found.since - NINE).total_seconds())


def stays(*facts):
    return [
        ((one.start - NINE).total_seconds(), one.end and (one.end - NINE).total_seconds())
        for one in stretches_of(weighed(facts), "patient")
    ]


def test_what_was_told_alone_is_left_as_it_is():
    facts = (told(WAITING, 0), told(JOINED, 5))

    assert weighed(facts) == facts


def test_a_poll_speaks_where_nobody_else_does():
    assert stand(polled(WAITING, 20)) == (Presence.WAITING, 20)
    assert stand(told(WAITING, 10), polled(JOINED, 20)) == (Presence.IN_CALL, 20)
    assert stand(told(WAITING, 10), told(JOINED, 20, "laptop"), polled(LEFT, 60)) == (Presence.LEFT, 60)


def test_what_is_told_later_of_the_same_person_ends_a_poll_s_word():
    assert stand(polled(JOINED, 20), told(PUT_BACK, 40)) == (Presence.WAITING, 40)
    assert stand(polled(JOINED, 20), told(LEFT, 40, "laptop")) == (Presence.LEFT, 40)
    assert stays(polled(JOINED, 20), told(LEFT, 40, "laptop")) == [(20, 40)]


def test_what_is_told_of_the_same_second_outranks():
    assert stand(told(WAITING, 20), polled(JOINED, 20)) == (Presence.WAITING, 20)


def test_a_poll_that_says_what_was_told_changes_nothing_but_when_it_was_last_said():
    facts = weighed((told(JOINED, 20), polled(JOINED, 45)))

    found = stand_of(facts, "patient")

    assert (found.since, found.told_at) == (at(20), at(45))
    assert [one.start for one in stretches_of(facts, "patient")] == [at(20)]


def test_a_late_event_takes_the_place_of_what_was_worked_out():
    assert stand(told(JOINED, 20), polled(LEFT, 60)) == (Presence.LEFT, 60)
    assert stand(told(JOINED, 20), polled(LEFT, 60), told(LEFT, 50)) == (Presence.LEFT, 50)
    assert stays(told(JOINED, 20), polled(LEFT, 60), told(LEFT, 50)) == [(20, 50)]


def test_whoever_is_told_to_leave_had_not_left_before():
    assert stand(told(JOINED, 20), polled(LEFT, 40), told(LEFT, 50)) == (Presence.LEFT, 50)
    assert stays(told(JOINED, 20), polled(LEFT, 40), told(LEFT, 50)) == [(20, 50)]


def test_a_connection_that_a_poll_saw_gone_does_not_come_back_with_another():
    facts = (told(JOINED, 20), polled(LEFT, 60), told(WAITING, 90, "laptop"))

    assert stand(*facts) == (Presence.WAITING, 90)


def test_whoever_is_told_to_leave_with_another_device_had_left_and_come_back_as_the_polls_saw():
    left_and_back = told(JOINED, 10), polled(LEFT, 30), polled(WAITING, 40), polled(JOINED, 50)

    assert stays(*left_and_back, told(LEFT, 60, "laptop")) == [(10, 30), (50, 60)]
    assert stays(*left_and_back, told(PUT_BACK, 60, "laptop")) == [(10, 30), (50, 60)]
    assert stays(*left_and_back, told(LEFT, 60)) == [(10, 40), (50, 60)]


def test_one_person_s_poll_says_nothing_of_another():
    facts = (told(JOINED, 0, "desk", "host"), polled(LEFT, 60))

    assert stand(*facts, person="host") == (Presence.IN_CALL, 0)


def test_a_told_end_outranks_one_that_was_worked_out():
    facts = weighed((told(STARTED, 0), told(JOINED, 1), polled(ENDED, 130), told(ENDED, 120)))

    assert [run.ended_at for run in instances_of(facts)] == [at(120)]
    assert stand_of(facts, "patient").since == at(120)


def test_of_two_ends_that_were_worked_out_the_earlier_is_nearer():
    facts = weighed((told(STARTED, 0), polled(ENDED, 130), polled(ENDED, 118)))

    assert [run.ended_at for run in instances_of(facts)] == [at(118)]


def test_an_end_that_somebody_outlived_was_none():
    facts = weighed((told(STARTED, 0), told(JOINED, 1), polled(ENDED, 60), told(PUT_BACK, 70)))

    assert meeting_state_of(facts) is MeetingState.LIVE
    assert stand_of(facts, "patient").presence is Presence.WAITING


def test_a_departure_that_was_seen_after_the_end_is_of_the_end():
    assert stand(told(JOINED, 1), polled(LEFT, 130), told(ENDED, 120)) == (Presence.LEFT, 120)


@pytest.mark.parametrize(
    ("facts", "source"),
    [
        ((told(WAITING, 10),), PresenceSource.ZOOM),
        ((polled(WAITING, 10),), PresenceSource.POLL),
        ((told(WAITING, 10), polled(JOINED, 20)), PresenceSource.POLL),
        ((polled(WAITING, 10), told(JOINED, 20)), PresenceSource.ZOOM),
        ((told(JOINED, 10), polled(ENDED, 60)), PresenceSource.POLL),
        ((polled(JOINED, 10), told(ENDED, 60)), PresenceSource.ZOOM),
        ((told(JOINED, 10), polled(JOINED, 40)), PresenceSource.ZOOM),
    ],
)
def test_presence_says_whose_word_it_is(facts, source):
    found = presence_of(PageTrace(), weighed(facts), "patient", at(90))

    assert (found.source, found.derived) == (source, source is PresenceSource.POLL)


KINDS = st.sampled_from([WAITING, ADMITTED, JOINED, PUT_BACK, LEFT, FactKind.LEFT_WAITING])
TOLD = st.builds(told, KINDS, st.integers(0, 60), st.sampled_from(["phone", "laptop"]))
POLLED = st.builds(polled, st.sampled_from([WAITING, JOINED, LEFT]), st.integers(0, 60))
ENDS = st.builds(polled, st.just(ENDED), st.integers(0, 60)) | st.builds(
    told, st.just(ENDED), st.integers(0, 60)
)


def seen(facts):
    counted = weighed(facts)
    return (
        stand_of(counted, "patient"),
        stretches_of(counted, "patient"),
        instances_of(counted),
        meeting_state_of(counted),
    )


@given(st.data(), st.lists(TOLD | POLLED | ENDS, max_size=8, unique=True))
@settings(max_examples=500, deadline=None)
def test_the_order_in_which_facts_came_is_nothing(data, facts):
    assert seen(data.draw(st.permutations(facts))) == seen(facts)


@given(st.lists(TOLD, min_size=1, max_size=6), st.integers(0, 60), st.sampled_from([WAITING, JOINED, LEFT]))
@settings(max_examples=500, deadline=None)
def test_a_poll_is_overruled_by_whatever_is_told_after_it(facts, seconds, kind):
    """Once something later was told on every device, what a poll said earlier moves nobody any more."""
    after = [told(LEFT, 70, "phone"), told(LEFT, 71, "laptop"), told(JOINED, 80, "tablet")]

    assert seen([*facts, polled(kind, seconds), *after])[0] == seen([*facts, *after])[0]


@given(st.lists(TOLD, min_size=1, max_size=6), st.integers(1, 60), st.sampled_from([WAITING, JOINED, LEFT]))
@settings(max_examples=500, deadline=None)
def test_a_poll_that_nothing_was_told_after_is_believed(facts, later, kind):
    last = max(fact.at for fact in facts)
    look = CallFact(kind, last + timedelta(seconds=later), "run", None, "patient", derived=True)

    expected = {WAITING: Presence.WAITING, JOINED: Presence.IN_CALL, LEFT: Presence.LEFT}[kind]
    assert seen([*facts, look])[0].presence is expected
