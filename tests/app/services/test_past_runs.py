"""Calls that are over are read in the vendor's record where nobody told of them as a whole."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.models import CallFactRow, Meeting, MeetingInstance, RunCheck, Visit
from app.services.join_visit import join_visit
from app.services.look_again import look_again
from app.services.read_past_runs import judge_past_runs, read_past_runs
from app.services.reconcile import reconcile
from app.services.visit_summary import summary_of
from app.visits.states import MeetingState, Presence, Role, VisitState
from tests.app.services.conftest import DR_OSEI
from zoom_bridge.looks import Run, Stay


@pytest.fixture
def begin(world, clock, rooms):
    """A started visit whose patient pressed Join; when its call began."""
    world.start()
    join_visit(rooms, world.token)
    clock.forward(seconds=10)
    return clock.now().replace(microsecond=0)


@pytest.fixture
def record(world, video, begin):
    """The vendor's record of a run: who was where, in seconds from its begin."""

    def keep(*stays, uuid="uuid-1", ended=600):
        (address,) = video.meetings[world.room_id].guests
        who = {"host": {"user_id": f"id-of-{DR_OSEI}"}, "patient": {"email": address}}
        at = lambda seconds: begin + timedelta(seconds=seconds)  # noqa: E731
        people = tuple(Stay(waits, at(a), at(b), f"{name}-x", **who[name]) for name, waits, a, b in stays)
        video.past[uuid] = (Run(uuid, begin, at(ended)), people)

    return keep


def turn(rooms, clock, **units):
    clock.forward(**units)
    judge_past_runs(rooms)
    return read_past_runs(rooms)


def times(rooms, world, begin, role):
    people = {person.role: person for person in summary_of(rooms, world.visit_id).people}
    seconds = lambda moment: moment and int((moment - begin).total_seconds())  # noqa: E731
    return [(seconds(one.start), seconds(one.end)) for one in people[role].stretches]


def told_as_a_whole(world, begin):
    at = lambda seconds: begin + timedelta(seconds=seconds)  # noqa: E731
    world.tell("started", at(0))
    world.tell("participant_joined", at(0), who="host")
    world.tell("participant_joined_waiting_room", at(20), who="patient")
    world.tell("participant_admitted", at(30), who="patient")
    world.tell("participant_joined", at(31), who="patient")
    world.tell("participant_left", at(590), who="patient")
    world.tell("participant_left", at(600), who="host")
    world.tell("ended", at(600))


def test_a_run_that_was_told_as_a_whole_costs_no_call(world, begin, rooms, clock, video):
    told_as_a_whole(world, begin)
    video.calls.clear()

    assert turn(rooms, clock, minutes=12) == 0

    assert video.calls == []
    with rooms.db.read() as tx:
        assert tx.scalar(select(RunCheck.due_at)) is None


def test_steps_that_nobody_told_come_from_the_record_and_are_marked(world, begin, record, rooms, clock):
    world.tell("started", begin)
    world.tell("participant_left", begin + timedelta(seconds=600), who="host")
    world.tell("ended", begin + timedelta(seconds=600))
    record(("host", False, 0, 600), ("patient", True, 20, 30), ("patient", False, 30, 590))

    assert turn(rooms, clock, minutes=12) == 1

    assert times(rooms, world, begin, Role.HOST) == [(0, 600)]
    assert times(rooms, world, begin, Role.PATIENT) == [(30, 590)]
    assert world.visit.met_at == begin + timedelta(seconds=30)
    assert (world.patient.presence, world.patient.presence_derived) == (Presence.LEFT, True)
    with rooms.db.read() as tx:
        kinds = tx.scalars(select(CallFactRow.kind).where(CallFactRow.derived)).all()
    assert sorted(kinds) == ["joined", "joined", "left", "waiting"]


def test_what_was_told_is_as_it_was_after_the_record_was_read(world, begin, record, rooms, clock):
    told_as_a_whole(world, begin)
    with rooms.db.write() as tx:
        tx.execute(CallFactRow.__table__.delete().where(CallFactRow.kind == "waiting"))
    before = times(rooms, world, begin, Role.PATIENT), times(rooms, world, begin, Role.HOST)
    # Zoom's record and its events differ by a second.
    record(("host", False, 1, 601), ("patient", True, 19, 29), ("patient", False, 30, 591))

    turn(rooms, clock, minutes=12)

    assert (times(rooms, world, begin, Role.PATIENT), times(rooms, world, begin, Role.HOST)) == before
    assert world.patient.presence_derived is False


def test_an_end_that_was_worked_out_is_put_right_by_the_record(world, begin, record, rooms, clock, video):
    world.tell("started", begin)
    world.tell("participant_joined", begin, who="host")
    clock.forward(minutes=15)
    reconcile(rooms)
    with rooms.db.read() as tx:
        assert tx.scalar(select(MeetingInstance.ended_at)) == clock.now()
    record(("host", False, 0, 600))

    turn(rooms, clock, minutes=2)

    with rooms.db.read() as tx:
        assert tx.scalar(select(MeetingInstance.ended_at)) == begin + timedelta(seconds=600)
        assert tx.scalar(select(Meeting.state)) == MeetingState.IDLE
    assert world.host.presence_since == begin + timedelta(seconds=600)


def test_a_run_that_another_followed_is_closed(world, begin, record, rooms, clock):
    world.tell("started", begin)
    world.tell("participant_joined", begin, who="host")
    world.tell("started", begin + timedelta(minutes=12), uuid="uuid-2")
    record(("host", False, 0, 600))

    turn(rooms, clock, minutes=14)

    with rooms.db.read() as tx:
        ends = dict(tx.execute(select(MeetingInstance.uuid, MeetingInstance.ended_at)).all())
    assert ends == {"uuid-1": begin + timedelta(seconds=600), "uuid-2": None}


def test_a_run_of_which_nobody_ever_told_is_found(world, begin, record, rooms, clock):
    record(("host", False, 0, 600), ("patient", False, 30, 590))
    clock.forward(minutes=40)
    look_again(rooms)
    reconcile(rooms)

    turn(rooms, clock, minutes=2)

    assert times(rooms, world, begin, Role.PATIENT) == [(30, 590)]
    assert world.visit.met_at == begin + timedelta(seconds=30)


def test_a_host_who_was_alone_is_found_where_the_account_has_dashboards(
    world, begin, record, rooms, clock, video
):
    record(("host", False, 0, 600))
    clock.forward(minutes=40)
    look_again(rooms)
    reconcile(rooms)

    turn(rooms, clock, minutes=2)

    assert times(rooms, world, begin, Role.HOST) == [(0, 600)]
    assert video.calls.count("past_loner") == 1


def test_a_host_who_was_alone_is_not_asked_for_again_where_nothing_can_tell(
    world, begin, record, rooms, clock, video
):
    video.has_dashboards = False
    record(("host", False, 0, 600))
    clock.forward(minutes=40)
    look_again(rooms)
    reconcile(rooms)

    turn(rooms, clock, minutes=2)

    assert times(rooms, world, begin, Role.HOST) == []
    with rooms.db.read() as tx:
        assert tx.scalar(select(RunCheck.due_at)) is None


def test_a_record_that_is_not_there_yet_is_asked_for_again_and_given_up_in_the_end(
    world, begin, rooms, clock, video
):
    world.tell("ended", begin + timedelta(seconds=600))
    tries = [turn(rooms, clock, minutes=12)]
    for _ in range(60):
        tries.append(turn(rooms, clock, minutes=10))

    assert sum(tries) == 5
    assert video.calls.count("past_run") == 5
    with rooms.db.read() as tx:
        assert tx.scalar(select(RunCheck.due_at)) is None


@pytest.mark.parametrize("has_dashboards", [True, False])
def test_the_record_of_a_single_person_is_final(world, begin, record, rooms, clock, video, has_dashboards):
    video.has_dashboards = has_dashboards
    world.tell("started", begin)
    world.tell("participant_joined", begin, who="host")
    world.tell("ended", begin + timedelta(seconds=600))
    record(("host", False, 0, 600))

    turn(rooms, clock, minutes=12)

    assert turn(rooms, clock, hours=1) == 0


def test_a_call_of_which_nobody_told_is_found_though_the_visit_was_closed(
    world, begin, record, rooms, clock, video
):
    record(("host", False, 0, 600), ("patient", False, 30, 590))
    clock.forward(minutes=11)
    with rooms.db.write() as tx:
        tx.get_one(Visit, world.visit_id).state = VisitState.FINISHED
    clock.forward(hours=15)
    reconcile(rooms)
    turn(rooms, clock, minutes=2)

    assert times(rooms, world, begin, Role.PATIENT) == [(30, 590)]
    video.calls.clear()
    clock.forward(hours=1)
    reconcile(rooms)
    assert video.calls == []


def test_what_never_was_is_asked_for_seldom_and_for_a_day(world, begin, rooms, clock, video):
    with rooms.db.write() as tx:
        tx.get_one(Visit, world.visit_id).state = VisitState.NO_SHOW
    clock.forward(minutes=1)
    video.calls.clear()

    asked = 0
    for _ in range(30 * 60 // 5):
        clock.forward(minutes=5)
        reconcile(rooms)
        asked += video.calls.count("past_runs")
        video.calls.clear()

    assert 24 * 4 <= asked <= 24 * 4 + 4
