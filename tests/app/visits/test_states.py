"""Who moves a visit, and who does not."""

import pytest

from app.visits.states import UNFINISHED, Act, IllegalMove, VisitState, allows, move


def test_the_first_start_opens_a_planned_visit():
    assert move(VisitState.PLANNED, Act.START) is VisitState.OPEN


@pytest.mark.parametrize("state", [VisitState.OPEN, VisitState.IN_PROGRESS])
def test_a_second_start_moves_nothing(state):
    assert move(state, Act.START) is state


def test_meeting_moves_only_an_open_visit_and_never_back():
    assert move(VisitState.OPEN, Act.MEET) is VisitState.IN_PROGRESS
    assert [state for state in VisitState if allows(state, Act.MEET)] == [VisitState.OPEN]


@pytest.mark.parametrize("act", [Act.FINISH, Act.NO_SHOW, Act.CANCEL])
def test_staff_close_unfinished_visits_only(act):
    assert {state for state in VisitState if allows(state, act)} == UNFINISHED


def test_the_chart_cancels_only_what_is_not_in_progress():
    able = {state for state in VisitState if allows(state, Act.CHART_CANCELLED)}

    assert able == {VisitState.PLANNED, VisitState.OPEN}


@pytest.mark.parametrize("state", list(VisitState))
def test_the_chart_may_call_any_visit_an_error(state):
    assert move(state, Act.CHART_IN_ERROR) is VisitState.ENTERED_IN_ERROR


def test_a_finished_visit_is_reopened_and_a_cancelled_one_is_not():
    assert move(VisitState.FINISHED, Act.REOPEN) is VisitState.OPEN
    assert move(VisitState.NO_SHOW, Act.REOPEN) is VisitState.OPEN
    with pytest.raises(IllegalMove):
        move(VisitState.CANCELLED, Act.REOPEN)
