"""Finish, no-show, cancelled, reopen: acts of staff, and what each leaves behind."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.errors.visit import NoShowTooEarly, ReasonMissing, VisitUnknown
from app.models import OutboxRow, VisitAct
from app.services.close_visit import cancel_visit, mark_no_show
from app.services.deliver_outbox import deliver, due_rows
from app.services.finish_visit import finish_visit
from app.services.join_visit import join_visit
from app.services.patient_presence import look_at_link, open_link
from app.services.reopen_visit import reopen_visit
from app.services.visit_page import read_visit_page
from app.visits.door import Door
from app.visits.states import IllegalMove, VisitState, WriteState
from zoom_bridge.errors import ZoomUnreachable


def owed(rooms):
    with rooms.db.read() as tx:
        return tx.execute(select(OutboxRow.kind, OutboxRow.state)).all()


def finish(world, end_for_all=False):
    finish_visit(world.rooms, world.session, world.visit_id, end_for_all=end_for_all)


@pytest.fixture(autouse=True)
def told_nothing(rooms, make_site):
    """The chart of this clinic takes nothing from us: what is owed is of the call."""
    names = ("appointment-arrived", "appointment-status", "encounter-status", "communication")
    rooms.sites.site = make_site(ladder=dict.fromkeys(names, False))


@pytest.fixture
def in_call(world, clock):
    """Host and patient are in the call."""
    world.start()
    join_visit(world.rooms, world.token)
    clock.forward(minutes=1)
    for who in ("host", "patient"):
        world.tell("participant_joined", clock.now(), who=who)
    return world


def test_finishing_withdraws_join_and_says_so_to_the_patient(in_call):
    finish(in_call)

    assert in_call.visit.state == VisitState.FINISHED
    assert in_call.visit.closed_at is not None
    assert look_at_link(in_call.rooms, in_call.token).door is Door.FINISHED


def test_a_host_who_is_left_alone_ends_the_call_by_finishing(in_call, clock, video):
    in_call.tell("participant_left", clock.now() + timedelta(minutes=5), who="patient")

    finish(in_call)
    (row,) = due_rows(in_call.rooms)
    assert deliver(in_call.rooms, row) == WriteState.WRITTEN

    assert [kept.closed for kept in video.meetings.values()] == [1]


def test_others_in_the_call_are_not_cut_off(in_call):
    finish(in_call)

    assert owed(in_call.rooms) == []


def test_a_stranger_in_the_call_is_not_cut_off_either(in_call, clock):
    in_call.tell("participant_left", clock.now() + timedelta(minutes=5), who="patient")
    in_call.tell("participant_joined", clock.now() + timedelta(minutes=5), who="stranger")

    finish(in_call)

    assert owed(in_call.rooms) == []


def test_the_call_is_ended_for_everyone_where_the_box_is_ticked(in_call):
    finish(in_call, end_for_all=True)

    assert owed(in_call.rooms) == [("end_meeting", "pending")]


def test_nobody_in_the_call_leaves_nothing_to_end(world):
    world.start()

    finish(world)

    assert owed(world.rooms) == []


def test_a_failed_end_does_not_hold_up_the_finish_and_is_tried_again(in_call, video, clock):
    finish(in_call, end_for_all=True)
    video.before["close"] = [ZoomUnreachable()]
    (row,) = due_rows(in_call.rooms)

    assert deliver(in_call.rooms, row) == WriteState.PENDING
    assert in_call.visit.state == VisitState.FINISHED

    clock.forward(seconds=5)
    assert deliver(in_call.rooms, row) == WriteState.WRITTEN


def test_a_reopened_visit_is_not_ended_any_more(in_call, video):
    finish(in_call, end_for_all=True)
    reopen_visit(in_call.rooms, in_call.session, in_call.visit_id, "pressed too early")
    (row,) = due_rows(in_call.rooms)

    assert deliver(in_call.rooms, row) == WriteState.REJECTED

    assert [kept.closed for kept in video.meetings.values()] == [0]


def test_reopened_with_both_still_in_the_call_is_in_progress_at_once(in_call):
    finish(in_call)

    reopen_visit(in_call.rooms, in_call.session, in_call.visit_id, "pressed too early")

    assert in_call.visit.state == VisitState.IN_PROGRESS
    assert in_call.visit.closed_at is None


def test_reopened_after_everybody_left_is_open_until_they_meet_again(in_call, clock):
    for who in ("host", "patient"):
        in_call.tell("participant_left", clock.now() + timedelta(minutes=5), who=who)
    clock.forward(minutes=10)
    finish(in_call)

    reopen_visit(in_call.rooms, in_call.session, in_call.visit_id, "one more question")
    assert in_call.visit.state == VisitState.OPEN

    for who in ("host", "patient"):
        in_call.tell("participant_joined", clock.now() + timedelta(minutes=1), who=who, connection=f"{who}-2")
    assert in_call.visit.state == VisitState.IN_PROGRESS


def test_a_reason_is_needed_and_kept_sealed(world):
    with pytest.raises(ReasonMissing):
        cancel_visit(world.rooms, world.session, world.visit_id, "  ")

    cancel_visit(world.rooms, world.session, world.visit_id, "provider is ill")

    with world.rooms.db.read() as tx:
        (act,) = tx.scalars(select(VisitAct)).all()
    assert (act.act, act.reason, act.staff_id) == ("cancel", "provider is ill", world.session.staff_id)


def test_no_show_waits_a_quarter_of_an_hour(world, clock, minutes):
    clock.instant = minutes(14)
    with pytest.raises(NoShowTooEarly):
        mark_no_show(world.rooms, world.session, world.visit_id)
    assert world.visit.state == VisitState.PLANNED

    clock.instant = minutes(15)
    mark_no_show(world.rooms, world.session, world.visit_id)
    assert world.visit.state == VisitState.NO_SHOW


def test_a_patient_who_was_here_is_no_no_show(world, clock, minutes):
    open_link(world.rooms, world.token)
    clock.instant = minutes(20)

    with pytest.raises(NoShowTooEarly):
        mark_no_show(world.rooms, world.session, world.visit_id)


def test_who_only_read_the_message_hours_before_did_not_come(world, clock, minutes):
    clock.instant = minutes(-120)
    open_link(world.rooms, world.token)
    clock.instant = minutes(20)

    mark_no_show(world.rooms, world.session, world.visit_id)

    assert world.visit.state == VisitState.NO_SHOW


def test_nobody_waits_before_a_finished_visit(world):
    open_link(world.rooms, world.token)
    finish(world)

    page = read_visit_page(world.rooms, world.session, world.visit_id)

    assert page.patient.waits_since is None


def test_what_is_closed_is_not_closed_again(world):
    finish(world)

    with pytest.raises(IllegalMove):
        finish(world)
    with pytest.raises(IllegalMove):
        cancel_visit(world.rooms, world.session, world.visit_id, "late")


def test_a_cancelled_visit_is_not_reopened(world):
    cancel_visit(world.rooms, world.session, world.visit_id, "off")

    with pytest.raises(IllegalMove):
        reopen_visit(world.rooms, world.session, world.visit_id, "on again")


def test_an_unknown_visit_is_said_so(rooms, session):
    with pytest.raises(VisitUnknown):
        finish_visit(rooms, session, "nowhere", end_for_all=False)
