"""Zoom's operations over the wire."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from responses import matchers

from zoom_bridge.errors import (
    ZoomAnswerMalformed,
    ZoomBusy,
    ZoomContended,
    ZoomDailyLimit,
    ZoomMeetingUnknown,
    ZoomQuotaSpent,
    ZoomUserUnknown,
)
from zoom_bridge.ids import HostId, MeetingId, MeetingUuid
from zoom_bridge.meetings import MeetingList
from zoom_bridge.ports import RateCategory
from zoom_bridge.registrants import RegistrantOrder

API = "https://api.zoom.us/v2"
LEE = HostId("d.lee@clinic.example")
MEETING = MeetingId("92674392836")
CREATE = f"{API}/users/d.lee%40clinic.example/meetings"
TODAY = date(2026, 3, 4)
MIDNIGHT = datetime(2026, 3, 5, tzinfo=UTC)


def test_a_created_meeting_is_what_zoom_answers(zoom, order, answers, http):
    http.post(CREATE, status=201, json=answers["meetingCreate"])

    meeting = zoom.create_meeting(LEE, order())

    assert (meeting.id, meeting.uuid) == ("92674392836", "aDYlohsHRtCd4ii1uC2+hA==")
    assert (meeting.host_id, meeting.host_email) == ("30R7kT7bTIKSNUFEuH_Qlg", "d.lee@clinic.example")
    assert meeting.start_url.reveal() == "https://zoom.example/s/92674392836?zak=host-zak"
    assert meeting.echoed["waiting_room"] == "true"
    assert not meeting.is_live
    assert json.loads(http.calls[0].request.body) == order().as_json()


@pytest.mark.parametrize("status", [429, 503])
def test_create_meeting_says_try_later_when_zoom_is_busy(zoom, order, http, status):
    http.post(CREATE, status=status)

    with pytest.raises(ZoomBusy) as caught:
        zoom.create_meeting(LEE, order())

    assert caught.value.retryable
    assert len(http.calls) == 1


@pytest.mark.parametrize("status", [400, 404, 429, 500, 502, 503])
def test_a_failed_create_is_not_tried_again(zoom, order, http, status):
    http.post(CREATE, status=status)

    with pytest.raises(Exception, match="Zoom"):
        zoom.create_meeting(LEE, order())

    assert len(http.calls) == 1


def test_each_create_is_counted_for_the_host_and_the_utc_day(zoom, store, book, clock, order, answers, http):
    store.token = replace(store.token, expires_at=clock.now() + timedelta(days=1))
    http.post(CREATE, json=answers["meetingCreate"])
    in_new_york_it_is_still_today = timedelta(hours=11)

    zoom.create_meeting(LEE, order())
    clock.instant += in_new_york_it_is_still_today
    zoom.create_meeting(LEE, order())

    assert book.spent == {(LEE, TODAY): 1, (LEE, TODAY + timedelta(days=1)): 1}


def test_the_hundred_and_first_create_of_a_day_never_leaves(zoom, book, order):
    book.note_spent_out(LEE, TODAY)

    with pytest.raises(ZoomQuotaSpent) as caught:
        zoom.create_meeting(LEE, order())

    assert caught.value.retry_at == MIDNIGHT


def test_a_host_s_day_that_zoom_calls_spent_is_spent_for_all_of_us(zoom, book, gate, order, http):
    message = "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests permitted"
    http.post(CREATE, status=429, json={"code": 429, "message": message})

    for _ in range(2):
        with pytest.raises(ZoomQuotaSpent):
            zoom.create_meeting(LEE, order())

    assert len(http.calls) == 1
    assert gate.until == {}


def test_reading_spends_nothing_of_the_host_s_day(zoom, book, answers, http):
    http.get(f"{API}/meetings/92674392836", json=answers["meeting"])

    assert zoom.get_meeting(MEETING).is_live
    assert book.spent == {}


def test_after_a_429_nothing_of_that_category_leaves_until_then(zoom, gate, clock, order, answers, http):
    http.get(f"{API}/users/lee", status=429, headers={"Retry-After": "5", "X-RateLimit-Type": "QPS"})
    http.get(f"{API}/users/lee/meetings", json=answers["meetings"])
    with pytest.raises(ZoomBusy):
        zoom.get_user(HostId("lee"))

    with pytest.raises(ZoomBusy):
        zoom.get_meeting(MEETING)
    assert list(zoom.list_meetings(HostId("lee"), MeetingList.LIVE))

    assert gate.until == {RateCategory.LIGHT: clock.now() + timedelta(seconds=5)}


def test_a_pause_costs_a_host_nothing_of_the_day(zoom, gate, book, clock, order):
    gate.pause(RateCategory.LIGHT, clock.now() + timedelta(seconds=5))

    with pytest.raises(ZoomBusy):
        zoom.create_meeting(LEE, order())

    assert book.spent == {}


def test_a_spent_day_of_the_account_pauses_its_category_until_zoom_says(zoom, gate, http):
    headers = {"X-RateLimit-Type": "Daily-limit", "Retry-After": "2026-03-05T00:00:00Z"}
    http.get(f"{API}/users/lee", status=429, headers=headers)

    with pytest.raises(ZoomDailyLimit):
        zoom.get_user(HostId("lee"))

    assert gate.until == {RateCategory.LIGHT: MIDNIGHT}


def test_two_requests_at_once_for_one_thing_pause_nothing_else(zoom, gate, http):
    message = "Too many concurrent requests. A request to disassociate this user has already been made."
    http.get(f"{API}/users/lee", status=429, json={"code": 429, "message": message})

    with pytest.raises(ZoomContended):
        zoom.get_user(HostId("lee"))

    assert gate.until == {}


def test_a_list_is_read_to_its_last_page(zoom, answers, http):
    address, pages = f"{API}/users/lee/meetings", answers["meetings"]
    first = {"type": "upcoming", "page_size": "300"}
    http.get(address, json=pages | {"next_page_token": "p2"}, match=[matchers.query_param_matcher(first)])
    second = first | {"next_page_token": "p2"}
    http.get(address, json=pages, match=[matchers.query_param_matcher(second)])

    found = list(zoom.list_meetings(HostId("lee"), MeetingList.UPCOMING))

    assert [summary.topic for summary in found] == ["Team meeting", "Video visit · K7Q2M9XW"] * 2
    assert found[1].created_at == datetime(2026, 3, 4, 15, 0, 1, tzinfo=UTC)


def test_a_list_without_end_is_given_up(zoom, answers, http):
    http.get(f"{API}/users/lee/meetings", json=answers["meetings"] | {"next_page_token": "again"})

    with pytest.raises(ZoomAnswerMalformed):
        list(zoom.list_meetings(HostId("lee"), MeetingList.UPCOMING))

    assert len(http.calls) == 50


def test_a_registrant_has_a_link_of_their_own(zoom, answers, http):
    http.post(f"{API}/meetings/92674392836/registrants", status=201, json=answers["meetingRegistrantCreate"])

    registrant = zoom.add_registrant(MEETING, RegistrantOrder("k7q2@visits.example", "Patient K7Q2"))

    assert registrant.id == "fdgsfh2ey82fuh"
    assert registrant.join_url.reveal() == "https://zoom.example/w/92674392836?tk=registrant-token"


def test_registrants_are_listed_with_their_addresses(zoom, answers, http):
    http.get(f"{API}/meetings/92674392836/registrants", json=answers["meetingRegistrants"])

    (registrant,) = zoom.list_registrants(MEETING)

    assert (registrant.id, registrant.address) == ("fdgsfh2ey82fuh", "k7q2@visits.example")


def test_a_meeting_is_deleted_without_a_mail_to_anybody(zoom, http):
    silent = {"schedule_for_reminder": "false", "cancel_meeting_reminder": "false"}
    url = f"{API}/meetings/92674392836"
    http.delete(url, status=204, match=[matchers.query_param_matcher(silent)])

    zoom.delete_meeting(MEETING)

    assert len(http.calls) == 1


@pytest.mark.parametrize(
    ("plan", "status", "licensed", "active"),
    [
        (2, "active", True, True),
        (1, "active", False, True),
        (4, "active", False, True),
        (2, "inactive", True, False),
        (2, "pending", True, False),
        (2, None, True, True),
    ],
)
def test_a_user_is_licensed_by_plan_and_active_by_status(zoom, answers, http, plan, status, licensed, active):
    http.get(f"{API}/users/lee", json=answers["user"] | {"type": plan, "status": status})

    user = zoom.get_user(HostId("lee"))

    assert (user.licensed, user.active) == (licensed, active)


def test_a_zak_starts_meetings_and_shows_in_no_repr(zoom, http):
    http.get(f"{API}/users/lee/token", json={"token": "zak-planted"})

    zak = zoom.get_zak(HostId("lee"), seconds=600)

    assert zak.reveal() == "zak-planted"
    assert "planted" not in f"{zak!r} {zak}"
    assert http.calls[0].request.params == {"type": "zak", "ttl": "600"}


@pytest.mark.parametrize(
    ("uuid", "step"),
    [
        ("4444AAAiAAAAAiAiAiiAii==", "4444AAAiAAAAAiAiAiiAii%3D%3D"),
        ("ab/c+d==", "ab%2Fc%2Bd%3D%3D"),
        ("/ajXp112QmuoKj4854875==", "%252FajXp112QmuoKj4854875%253D%253D"),
        ("a//b==", "a%252F%252Fb%253D%253D"),
    ],
)
def test_a_uuid_with_awkward_slashes_is_encoded_twice(zoom, answers, http, uuid, step):
    http.get(f"{API}/past_meetings/{step}/participants", json=answers["pastMeetingParticipants"])

    (person,) = zoom.list_past_participants(MeetingUuid(uuid))

    assert http.calls[0].request.url.startswith(f"{API}/past_meetings/{step}/participants?")
    assert (person.registrant_id, person.email) == ("fdgsfh2ey82fuh", None)
    assert person.left_at - person.joined_at == timedelta(minutes=19)


@pytest.mark.parametrize("key", ["", " ", ".", "..", "me", "ME"])
def test_a_user_that_would_be_another_address_is_nobody(zoom, key):
    with pytest.raises(ZoomUserUnknown):
        zoom.get_user(HostId(key))


@pytest.mark.parametrize("key", ["", "84/registrants", "..", "84?x", "８４"])
def test_a_meeting_that_would_be_another_address_is_none(zoom, key):
    with pytest.raises(ZoomMeetingUnknown):
        zoom.end_meeting(MeetingId(key))


@pytest.mark.parametrize("answer", [{}, {"id": ""}, {"id": None}, {"id": 84}, {"host_id": "h"}])
def test_an_answer_without_the_essentials_leaves_the_create_open(zoom, order, http, answer):
    http.post(CREATE, status=201, json=answer)

    with pytest.raises(ZoomAnswerMalformed) as caught:
        zoom.create_meeting(LEE, order())

    assert not caught.value.outcome_known


def test_every_call_is_counted_once_before_it_is_made(zoom, gate, order, answers, http, monkeypatch):
    asked = []
    monkeypatch.setattr(gate, "wait_allowed", asked.append)
    http.post(CREATE, status=201, json=answers["meetingCreate"])
    http.get(f"{API}/meetings/{MEETING}", json=answers["meeting"])

    zoom.create_meeting(LEE, order())
    zoom.get_meeting(MEETING)

    assert asked == [RateCategory.LIGHT, RateCategory.LIGHT]
