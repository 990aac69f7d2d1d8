"""Zoom as a video vendor."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
import requests
from responses import matchers

from zoom_bridge.drift import Drift
from zoom_bridge.errors import (
    ZoomAnswerMalformed,
    ZoomBusy,
    ZoomRecordingLocked,
    ZoomRefused,
    ZoomSlow,
)
from zoom_bridge.rooms import GuestPass, HostAccount
from zoom_bridge.secret import Secret

API = "https://api.zoom.us/v2"
LEE = "d.lee@clinic.example"
LIST = f"{API}/users/d.lee%40clinic.example/meetings"
MEETING = f"{API}/meetings/92674392836"
REGISTRANTS = f"{MEETING}/registrants"


@dataclass(frozen=True)
class Policy:
    waiting_room: bool = True
    recording: str = "none"
    chat: bool = False
    summary: bool = False


@dataclass(frozen=True)
class Order:
    host: str = LEE
    reference: str = "K7Q2M9XW"
    title: str = "Video visit · K7Q2M9XW"
    start: datetime = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
    minutes: int = 25
    time_zone: str = "America/New_York"
    alternative_hosts: tuple[str, ...] = ()
    policy: Policy = field(default_factory=Policy)


@dataclass(frozen=True)
class Guest:
    address: str = "k7q2@visits.example"
    display_name: str = "Patient K7Q2"
    language: str | None = None


def listing(http, which, *rows):
    query = matchers.query_param_matcher({"type": which, "page_size": "300"})
    http.get(LIST, json={"meetings": list(rows)}, match=[query])


def row(topic, meeting_id=92674392836):
    return {"id": meeting_id, "topic": topic}


def test_opening_a_room_is_one_call_and_answers_the_host_s_link(bridge, answers, http):
    http.post(LIST, status=201, json=answers["meetingCreate"])

    room = bridge.open(Order())

    assert (room.room_id, room.host_id, room.host_email) == ("92674392836", "30R7kT7bTIKSNUFEuH_Qlg", LEE)
    assert (room.reference, room.drift) == ("K7Q2M9XW", ())
    assert room.host_link.reveal() == "https://zoom.example/s/92674392836?zak=host-zak"
    assert "zak" not in repr(room)
    assert len(http.calls) == 1


def test_a_policy_is_what_zoom_is_asked_for(bridge, answers, http):
    http.post(LIST, status=201, json=answers["meetingCreate"])

    bridge.open(Order(policy=Policy(recording="local", chat=True, summary=True)))

    settings = json.loads(http.calls[0].request.body)["settings"]
    assert settings["auto_recording"] == "local"
    assert settings["continuous_meeting_chat"] == {"enable": True}
    assert settings["auto_start_meeting_summary"] is True


def test_a_room_tells_what_an_account_s_lock_changed(bridge, answers, http):
    answers["meetingCreate"]["settings"] |= {"waiting_room": False, "join_before_host": True}
    http.post(LIST, status=201, json=answers["meetingCreate"])

    assert bridge.open(Order()).drift == (
        Drift("waiting_room", "true", "false"),
        Drift("join_before_host", "false", "true"),
    )


@pytest.mark.parametrize("title", ["Video visit", "K7Q2M9XW Video visit"])
def test_a_room_that_could_not_be_found_again_is_not_opened(bridge, title):
    with pytest.raises(ValueError, match="reference"):
        bridge.open(Order(title=title))


@pytest.mark.parametrize("which", ["live", "upcoming", "scheduled"])
def test_a_room_is_found_by_its_reference_in_each_list(bridge, answers, http, which):
    lists = ["live", "upcoming", "scheduled"]
    for name in lists[: lists.index(which)]:
        listing(http, name, row("Video visit · ZZZZZZZZ", 1))
    listing(http, which, row("K7Q2M9XW first", 2), row("Video visit · K7Q2M9XW"))
    http.get(MEETING, json=answers["meeting"])

    room = bridge.find(LEE, "K7Q2M9XW")

    assert (room.room_id, room.reference) == ("92674392836", "K7Q2M9XW")
    assert room.host_link is not None


def test_a_room_on_a_later_page_is_found(bridge, answers, http):
    listing(http, "live")
    first = {"type": "upcoming", "page_size": "300"}
    pages = {"meetings": [row("Other", 1)], "next_page_token": "p2"}
    http.get(LIST, json=pages, match=[matchers.query_param_matcher(first)])
    second = matchers.query_param_matcher(first | {"next_page_token": "p2"})
    http.get(LIST, json={"meetings": [row("Video visit · K7Q2M9XW")]}, match=[second])
    http.get(MEETING, json=answers["meeting"])

    assert bridge.find(LEE, "K7Q2M9XW").room_id == "92674392836"


def test_a_room_that_was_never_made_is_not_found(bridge, http):
    for which in ("live", "upcoming", "scheduled"):
        listing(http, which, row("Video visit · ZZZZZZZZ", 1))

    assert bridge.find(LEE, "K7Q2M9XW") is None


def test_a_look_that_failed_is_no_answer(bridge, http):
    listing(http, "live")
    http.get(LIST, status=503)

    with pytest.raises(ZoomBusy):
        bridge.find(LEE, "K7Q2M9XW")


def test_nothing_is_found_by_an_empty_reference(bridge):
    with pytest.raises(ValueError, match="reference"):
        bridge.find(LEE, "")


def test_a_found_room_s_drift_needs_the_policy_to_speak_of_the_waiting_room(bridge, answers, http):
    answers["meeting"]["settings"] = {"waiting_room": False, "registrants_confirmation_email": True}
    listing(http, "live", row("Video visit · K7Q2M9XW"))
    http.get(MEETING, json=answers["meeting"])

    blind = bridge.find(LEE, "K7Q2M9XW")
    told = bridge.find(LEE, "K7Q2M9XW", Policy())

    mailed = Drift("registrants_confirmation_email", "false", "true")
    assert blind.drift == (mailed,)
    assert set(told.drift) == {mailed, Drift("waiting_room", "true", "false")}


def test_a_host_link_is_asked_for_anew_each_time(bridge, answers, http):
    for number in (1, 2):
        http.get(MEETING, json=answers["meeting"] | {"start_url": f"https://zoom.example/s/{number}"})

    links = [bridge.host_link("92674392836").reveal() for _ in range(2)]

    assert links == ["https://zoom.example/s/1", "https://zoom.example/s/2"]


def test_a_meeting_without_a_host_link_is_an_error(bridge, answers, http):
    http.get(MEETING, json=answers["meeting"] | {"start_url": ""})

    with pytest.raises(ZoomAnswerMalformed):
        bridge.host_link("92674392836")


def test_a_guest_s_pass_is_one_call(bridge, answers, http):
    http.post(REGISTRANTS, status=201, json=answers["meetingRegistrantCreate"])

    guest_pass = bridge.link_for("92674392836", Guest())

    link = Secret("https://zoom.example/w/92674392836?tk=registrant-token")
    assert guest_pass == GuestPass("fdgsfh2ey82fuh", link)
    assert "tk=" not in repr(guest_pass)


def test_a_registration_without_a_link_is_an_error(bridge, answers, http):
    answers["meetingRegistrantCreate"].pop("join_url")
    http.post(REGISTRANTS, status=201, json=answers["meetingRegistrantCreate"])

    with pytest.raises(ZoomAnswerMalformed) as caught:
        bridge.link_for("92674392836", Guest())

    assert caught.value.field == "join_url"


def test_a_lost_registration_is_found_by_its_address(bridge, answers, http):
    http.get(REGISTRANTS, json=answers["meetingRegistrants"])

    assert bridge.find_guest("92674392836", "K7Q2@visits.example").guest_id == "fdgsfh2ey82fuh"
    assert bridge.find_guest("92674392836", "other@visits.example") is None


def test_closing_ends_the_meeting(bridge, http):
    http.put(f"{MEETING}/status", status=204, match=[matchers.json_params_matcher({"action": "end"})])

    bridge.close("92674392836")

    assert len(http.calls) == 1


@pytest.mark.parametrize(
    "refusal",
    [(404, {"code": 3001, "message": "Meeting does not exist: 92674392836."}), (400, {"code": 3007})],
)
def test_closing_what_is_closed_is_as_good(bridge, answers, http, refusal):
    status, body = refusal
    http.put(f"{MEETING}/status", status=status, json=body)
    with_look = status == 400
    if with_look:
        http.get(MEETING, json=answers["meeting"] | {"status": "waiting"})

    bridge.close("92674392836")

    assert len(http.calls) == 1 + with_look


def test_closing_what_is_gone_by_the_time_of_the_look_is_as_good(bridge, http):
    http.put(f"{MEETING}/status", status=400, json={"code": 3000})
    http.get(MEETING, status=404, json={"code": 3001})

    bridge.close("92674392836")

    assert len(http.calls) == 2


def test_a_live_meeting_that_cannot_be_ended_is_an_error(bridge, answers, http):
    http.put(f"{MEETING}/status", status=400, json={"code": 3063})
    http.get(MEETING, json=answers["meeting"])

    with pytest.raises(ZoomRefused) as caught:
        bridge.close("92674392836")

    assert caught.value.code == 3063


@pytest.mark.parametrize("status", [429, 503])
def test_a_close_that_zoom_puts_off_is_to_be_tried_again(bridge, http, status):
    http.put(f"{MEETING}/status", status=status)

    with pytest.raises(ZoomBusy):
        bridge.close("92674392836")


def test_a_host_is_known_by_address(bridge, answers, http):
    http.get(f"{API}/users/d.lee%40clinic.example", json=answers["user"])

    assert bridge.host(LEE) == HostAccount("30R7kT7bTIKSNUFEuH_Qlg", LEE, licensed=True, active=True)


def test_a_create_whose_answer_is_lost_is_found_and_not_made_twice(bridge, answers, http):
    http.post(LIST, body=requests.ReadTimeout())
    listing(http, "live")
    listing(http, "upcoming", row("Video visit · K7Q2M9XW"))
    http.get(MEETING, json=answers["meetingCreate"])

    with pytest.raises(ZoomSlow) as caught:
        bridge.open(Order())
    found = bridge.find(LEE, "K7Q2M9XW", Order().policy)

    assert not caught.value.outcome_known
    assert (found.room_id, found.drift) == ("92674392836", ())
    assert [call.request.method for call in http.calls].count("POST") == 1


@pytest.mark.parametrize(
    ("status", "echo", "off", "calls"),
    [
        ("waiting", "none", True, ["PATCH", "GET"]),
        ("started", "none", True, ["PATCH", "GET", "PATCH"]),
        ("started", "cloud", False, ["PATCH", "GET", "PATCH"]),
    ],
)
def test_a_recording_is_switched_off_and_ended(bridge, answers, http, status, echo, off, calls):
    meeting = answers["meeting"]
    settings = {**meeting["settings"], "auto_recording": echo}
    http.patch(f"{API}/meetings/92674392836", status=204)
    http.get(f"{API}/meetings/92674392836", json={**meeting, "status": status, "settings": settings})
    if status == "started":
        http.patch(f"{API}/live_meetings/92674392836/events", status=202)

    assert bridge.stop_recording("92674392836", "u-1") is off

    assert [call.request.method for call in http.calls] == calls


def test_what_an_account_records_in_any_case_is_not_off_before_it_began(bridge, answers, http):
    meeting = answers["meeting"]
    settings = {**meeting["settings"], "auto_recording": "cloud"}
    http.patch(f"{API}/meetings/92674392836", status=204)
    http.get(f"{API}/meetings/92674392836", json={**meeting, "status": "waiting", "settings": settings})

    with pytest.raises(ZoomRecordingLocked):
        bridge.stop_recording("92674392836", "u-1")
