"""What looking at a meeting tells, and what cannot be asked."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.zoom_bridge.conftest import API
from zoom_bridge.errors import ZoomDailyLimit, ZoomNotOffered, ZoomRefused

ROOM = "92674392836"
LIVE = f"{API}/metrics/meetings/{ROOM}/participants"
RUN = "aDYlohsHRtCd4ii1uC2+hA=="
PAST = f"{API}/past_meetings/aDYlohsHRtCd4ii1uC2%2BhA%3D%3D"


def at(minute):
    return datetime(2026, 3, 4, 15, minute, tzinfo=UTC)


def test_a_meeting_under_way_is_told_with_its_run(bridge, answers, http):
    http.get(f"{API}/meetings/{ROOM}", json=answers["meeting"])

    now = bridge.room_now(ROOM)

    assert (now.live, now.instance) == (True, RUN)


def test_the_dashboard_tells_who_is_where_and_since_when(bridge, answers, http):
    http.get(LIVE, json=answers["dashboardMeetingParticipants"])

    host, patient = bridge.people_now(ROOM)

    assert (host.waiting, host.since, host.until, host.user_id) == (
        False,
        at(30),
        None,
        "30R7kT7bTIKSNUFEuH_Qlg",
    )
    assert (patient.waiting, patient.since, patient.user_id, patient.email) == (
        True,
        at(31),
        None,
        "k7q2@visits.example",
    )
    assert patient.connection == "E555CD06-2ABB-2FCC-019B-39E41D8DADF7"
    assert "k7q2" not in repr(patient)


def test_the_dashboard_is_read_page_by_page(bridge, answers, http):
    page = answers["dashboardMeetingParticipants"]
    http.get(LIVE, json=page | {"next_page_token": "more"})
    http.get(LIVE, json=page)

    assert len(bridge.people_now(ROOM)) == 4
    assert http.calls[1].request.params["next_page_token"] == "more"


def test_without_a_call_nobody_is_in_it(bridge, http):
    http.get(LIVE, status=404, json={"code": 3001, "message": "Meeting ID is invalid or has not ended."})

    assert bridge.people_now(ROOM) == ()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, {}),
        (403, {"code": 200, "message": "No permission."}),
        (400, {"code": 200, "message": "Only available for paid account: 1."}),
        (400, {"code": 4711, "message": "Invalid access token, does not contain scopes:[dashboard:read]."}),
    ],
)
def test_a_plan_or_app_that_may_not_ask_is_told_apart(bridge, http, status, body):
    http.get(LIVE, status=status, json=body)

    with pytest.raises(ZoomNotOffered) as caught:
        bridge.people_now(ROOM)

    assert caught.value.not_offered
    assert not caught.value.retryable


def test_another_refusal_says_nothing_of_the_plan(bridge, http):
    http.get(LIVE, status=400, json={"code": 300, "message": "Validation Failed."})

    with pytest.raises(ZoomRefused):
        bridge.people_now(ROOM)


def test_a_daily_limit_pauses_dashboards_alone(bridge, answers, http, gate):
    limit = {"code": 429, "message": "You have reached the maximum daily rate limit for this API."}
    http.get(LIVE, status=429, json=limit, headers={"Retry-After": "2026-03-05T00:00:00Z"})
    http.get(f"{API}/meetings/{ROOM}", json=answers["meeting"])

    with pytest.raises(ZoomDailyLimit):
        bridge.people_now(ROOM)

    assert bridge.room_now(ROOM).live
    assert [category.value for category in gate.until] == ["heavy"]


def test_a_run_that_is_over_is_told_with_its_end(bridge, answers, http):
    http.get(PAST, json=answers["pastMeetingDetails"])

    run = bridge.past_run(RUN)

    assert (run.instance, run.started_at, run.ended_at) == (RUN, at(30), at(52))


def test_a_run_under_way_is_not_over(bridge, http):
    http.get(PAST, status=404, json={"code": 3001, "message": "Meeting does not exist: a."})

    assert bridge.past_run(RUN) is None


def test_the_runs_of_a_meeting_are_listed(bridge, answers, http):
    http.get(f"{API}/past_meetings/{ROOM}/instances", json=answers["pastMeetings"])

    assert [(run.instance, run.started_at, run.ended_at) for run in bridge.past_runs(ROOM)] == [
        (RUN, at(30), None)
    ]


def test_who_was_in_a_run_is_told_by_registrant(bridge, answers, http):
    http.get(f"{PAST}/participants", json=answers["pastMeetingParticipants"])

    (stay,) = bridge.past_people(RUN)

    assert (stay.waiting, stay.since, stay.until, stay.guest_id) == (False, at(31), at(50), "fdgsfh2ey82fuh")


def test_who_was_alone_in_a_run_is_told_by_the_dashboard(bridge, http):
    row = {"user_id": "16778240", "participant_user_id": "host-id", "join_time": "2026-03-09T14:30:00Z"}
    asked = http.get(
        f"{API}/metrics/meetings/aDYlohsHRtCd4ii1uC2%2BhA%3D%3D/participants",
        json={"page_size": 300, "participants": [{**row, "leave_time": "2026-03-09T14:40:00Z"}]},
    )

    (stay,) = bridge.past_loner(RUN)

    assert "type=pastOne" in asked.calls[0].request.url
    assert (stay.waiting, stay.user_id, stay.until - stay.since) == (False, "host-id", timedelta(minutes=10))


def test_a_run_of_two_is_nobodys_alone(bridge, http):
    missing = {"code": 3001, "message": "Meeting does not exist: a."}
    http.get(f"{API}/metrics/meetings/aDYlohsHRtCd4ii1uC2%2BhA%3D%3D/participants", status=404, json=missing)

    assert bridge.past_loner(RUN) == ()
