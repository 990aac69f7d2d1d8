"""What happens in a call, and what Zoom tells of it."""

import pytest

DAVID = "david.lee@clinic.example"


@pytest.fixture
def patient(zoom, visit):
    return zoom.register(visit)


def told(zoom, hook):
    assert zoom.drain()["drained"]
    return [name for name in hook.events if name not in ("meeting.created", "meeting.registration_created")]


def test_a_whole_visit_is_told_in_order(zoom, hook, visit, patient):
    zoom.sim(
        {"do": "host_starts", "start_url": visit["start_url"]},
        {"do": "enter", "join_url": patient["join_url"]},
        {"do": "admit", "join_url": patient["join_url"]},
        {"do": "put_back", "join_url": patient["join_url"]},
        {"do": "admit", "join_url": patient["join_url"]},
        {"do": "leave", "join_url": patient["join_url"]},
        {"do": "ends_for_all", "meeting": visit["id"]},
    )

    assert told(zoom, hook) == [
        "meeting.started",
        "meeting.participant_joined",
        "meeting.participant_joined_waiting_room",
        "meeting.participant_admitted",
        "meeting.participant_joined",
        "meeting.participant_put_in_waiting_room",
        "meeting.participant_admitted",
        "meeting.participant_joined",
        "meeting.participant_left",
        "meeting.participant_left",
        "meeting.ended",
    ]


def test_a_step_answers_what_happened(zoom, visit, patient):
    entered = zoom.do("enter", join_url=patient["join_url"])

    assert (entered["ok"], entered["happened"]) == (True, "waiting_room")
    assert entered["events"] == ["meeting.participant_joined_waiting_room"]
    assert entered["meeting"] == str(visit["id"])
    assert entered["uuid"] == visit["uuid"]
    assert entered["participant"]["registrant_id"] == patient["registrant_id"]


def test_the_waiting_room_says_what_it_was_told_while_the_meeting_is_live(zoom, visit, patient):
    words = {"method": "waiting_room.update", "params": {"waiting_room_description": "Ten minutes late."}}
    path = f"/live_meetings/{visit['id']}/events"
    assert zoom.call("PATCH", path, words).get_json() == {"code": 300, "message": "Invalid meeting ID."}

    zoom.do("host_starts", start_url=visit["start_url"])
    zoom.do("enter", join_url=patient["join_url"])

    assert zoom.call("PATCH", path, words).status_code == 202
    assert "Ten minutes late." in zoom.http.get(patient["join_url"]).text
    other = zoom.call("PATCH", path, {"method": "participant.invite"})
    assert (other.status_code, other.get_json()["code"]) == (400, 300)


def test_who_comes_before_the_host_waits_in_the_room_until_admitted(zoom, visit, patient):
    zoom.do("enter", join_url=patient["join_url"])

    refused = zoom.sim({"do": "admit", "join_url": patient["join_url"]}, status=422)
    zoom.do("host_starts", start_url=visit["start_url"])
    admitted = zoom.do("admit", join_url=patient["join_url"])

    assert "no host" in refused[0]["error"]
    assert admitted["participant"]["place"] == "in_call"


def test_the_registrant_and_the_host_can_be_told_apart(zoom, hook, visit, patient):
    zoom.do("host_starts", start_url=visit["start_url"])
    zoom.do("enter", join_url=patient["join_url"])
    zoom.do("admit", join_url=patient["join_url"])
    told(zoom, hook)

    host, guest = (
        body["payload"]["object"]["participant"] for body in hook.bodies("meeting.participant_joined")
    )
    assert host["participant_user_id"] == visit["host_id"]
    assert "registrant_id" not in host
    assert guest["registrant_id"] == patient["registrant_id"]
    assert (guest["participant_user_id"], guest["user_name"]) == ("", "Patient K7Q2")
    assert guest["email"] == "k7q2@guests.example"


def test_ids_are_strings_in_a_call_and_numbers_in_the_calendar(zoom, hook, visit, patient):
    zoom.do("host_starts", start_url=visit["start_url"])
    zoom.call("PATCH", f"/meetings/{visit['id']}", {"topic": "Other"})
    zoom.do("ends_for_all", meeting=visit["id"])
    zoom.call("DELETE", f"/meetings/{visit['id']}")
    told(zoom, hook)

    ids = {body["event"]: body["payload"]["object"]["id"] for _, _, body in hook.got}
    assert {name for name, value in ids.items() if isinstance(value, int)} == {
        "meeting.created",
        "meeting.updated",
        "meeting.deleted",
        "meeting.registration_created",
    }
    assert ids["meeting.started"] == str(visit["id"])


def test_coming_again_is_a_new_connection_of_the_same_registrant(zoom, visit, patient):
    zoom.do("host_starts", start_url=visit["start_url"])
    first = zoom.do("enter", join_url=patient["join_url"])["participant"]
    again = zoom.do("enter", join_url=patient["join_url"])
    zoom.do("leave", join_url=patient["join_url"])
    second = zoom.do("enter", join_url=patient["join_url"])["participant"]

    assert (again["events"], again["participant"]) == ([], first)
    assert first["user_id"] != second["user_id"]
    assert first["participant_uuid"] != second["participant_uuid"]
    assert first["registrant_id"] == second["registrant_id"]


def test_each_start_after_an_end_is_a_new_instance(zoom, visit):
    first = zoom.do("host_starts", start_url=visit["start_url"])
    zoom.do("ends_for_all", meeting=str(visit["id"]))
    second = zoom.do("host_starts", start_url=visit["start_url"])

    assert first["uuid"] == visit["uuid"]
    assert second["uuid"] != first["uuid"]
    assert second["meeting"] == first["meeting"]


def test_a_second_start_of_one_host_ends_the_first_meeting(zoom, hook, visit, patient):
    other = zoom.create()
    zoom.do("host_starts", start_url=visit["start_url"])
    zoom.do("enter", join_url=patient["join_url"])
    zoom.do("admit", join_url=patient["join_url"])

    second = zoom.do("host_starts", start_url=other["start_url"])

    told(zoom, hook)
    assert second["events"] == [
        "meeting.participant_left",
        "meeting.participant_left",
        "meeting.ended",
        "meeting.started",
        "meeting.participant_joined",
    ]
    reasons = {
        body["payload"]["object"]["participant"]["leave_reason"]
        for body in hook.bodies("meeting.participant_left")
    }
    assert reasons == {"Host started a new meeting."}
    assert zoom.call("GET", f"/meetings/{visit['id']}").get_json()["status"] == "waiting"


def test_two_hosts_meet_at_the_same_time(zoom, visit):
    other = zoom.create(DAVID)
    zoom.do("host_starts", start_url=visit["start_url"])
    zoom.do("host_starts", start_url=other["start_url"])

    assert zoom.call("GET", f"/meetings/{visit['id']}").get_json()["status"] == "started"


def test_leaving_the_waiting_room_is_not_leaving_the_meeting(zoom, visit, patient):
    zoom.do("host_starts", start_url=visit["start_url"])
    zoom.do("enter", join_url=patient["join_url"])

    assert zoom.do("leave", join_url=patient["join_url"])["events"] == [
        "meeting.participant_left_waiting_room"
    ]


def test_a_host_who_hangs_up_leaves_the_others_in_the_call(zoom, visit, patient):
    zoom.do("host_starts", start_url=visit["start_url"])
    zoom.do("enter", join_url=patient["join_url"])
    zoom.do("admit", join_url=patient["join_url"])

    hung_up = zoom.do("leave", start_url=visit["start_url"])
    last = zoom.do("leave", join_url=patient["join_url"])

    assert hung_up["events"] == ["meeting.participant_left"]
    assert last["events"] == ["meeting.participant_left", "meeting.ended"]


def test_end_for_all_empties_the_waiting_room_too(zoom, visit, patient):
    zoom.do("host_starts", start_url=visit["start_url"])
    zoom.do("enter", join_url=patient["join_url"])

    ended = zoom.do("ends_for_all", meeting=visit["id"])

    assert ended["events"] == [
        "meeting.participant_left",
        "meeting.participant_left_waiting_room",
        "meeting.ended",
    ]


def test_a_dropped_line_has_its_own_reason(zoom, hook, visit, patient):
    zoom.do("host_starts", start_url=visit["start_url"])
    zoom.do("enter", join_url=patient["join_url"])
    zoom.do("admit", join_url=patient["join_url"])
    zoom.do("leave", join_url=patient["join_url"], reason="{name} got disconnected from the meeting.")
    told(zoom, hook)

    (left,) = hook.bodies("meeting.participant_left")
    reason = left["payload"]["object"]["participant"]["leave_reason"]
    assert reason == "Patient K7Q2 got disconnected from the meeting."


def test_without_a_waiting_room_people_walk_in_once_the_host_is_there(zoom):
    zoom.broken("lock_settings", settings={"waiting_room": False})
    meeting = zoom.create()
    early, late = zoom.register(meeting, "A111"), zoom.register(meeting, "B222")

    before = zoom.do("enter", join_url=early["join_url"])
    started = zoom.do("host_starts", start_url=meeting["start_url"])
    after = zoom.do("enter", join_url=late["join_url"])
    put_back = zoom.sim({"do": "put_back", "join_url": late["join_url"]}, status=422)

    assert (before["happened"], before["events"]) == ("waiting_for_host", [])
    assert started["events"] == [
        "meeting.started",
        "meeting.participant_joined",
        "meeting.participant_joined",
    ]
    assert after["happened"] == "in_call"
    assert "no waiting room" in put_back[0]["error"]


def test_admit_all_lets_everybody_in(zoom, visit):
    people = [zoom.register(visit, code) for code in ("A111", "B222", "C333")]
    zoom.do("host_starts", start_url=visit["start_url"])
    zoom.sim(*({"do": "enter", "join_url": one["join_url"]} for one in people))

    assert zoom.do("admit_all", meeting=visit["id"])["people"] == 3


def test_a_start_link_is_good_for_two_hours_and_for_its_own_meeting(zoom, visit):
    other = zoom.create()
    zak = visit["start_url"].partition("?")[2]
    swapped = f"{other['start_url'].partition('?')[0]}?{zak}"

    assert "another" in zoom.sim({"do": "host_starts", "start_url": swapped}, status=422)[0]["error"]
    zoom.later(hours=2, seconds=1)
    stale = zoom.sim({"do": "host_starts", "start_url": visit["start_url"]}, status=422)
    fresh = zoom.call("GET", f"/meetings/{visit['id']}").get_json()["start_url"]

    assert "expired" in stale[0]["error"]
    assert zoom.do("host_starts", start_url=fresh)["happened"] == "started"


def test_a_host_may_leave_a_call_that_outlived_its_start_link(zoom, visit):
    zoom.do("host_starts", start_url=visit["start_url"])
    zoom.later(hours=3)

    assert zoom.do("leave", start_url=visit["start_url"])["happened"] == "left"


def test_a_host_who_is_not_signed_in_cannot_start(zoom, visit):
    zoom.broken("host_not_signed_in")

    refused = zoom.sim({"do": "host_starts", "start_url": visit["start_url"]}, status=422)

    assert refused[0]["error"] == "Sign in to start this meeting."


def test_somebody_elses_zoom_account_shows_in_the_events(zoom, hook, visit):
    zoom.do("host_starts", start_url=visit["start_url"], **{"as": DAVID})
    told(zoom, hook)

    (joined,) = hook.bodies("meeting.participant_joined")
    assert joined["payload"]["object"]["participant"]["participant_user_id"] != visit["host_id"]


@pytest.mark.parametrize(
    "step",
    [
        {"do": "dance"},
        {"do": "enter"},
        {"do": "enter", "join_url": "http://127.0.0.1:8002/w/1?tk=x"},
        {"do": "host_starts", "start_url": "http://127.0.0.1:8002/"},
        {"do": "ends_for_all", "meeting": 1},
    ],
)
def test_a_step_that_cannot_be_done_says_why_and_ends_the_list(zoom, visit, step):
    done = zoom.sim(step, {"do": "host_starts", "start_url": visit["start_url"]}, status=422)

    assert len(done) == 1
    assert done[0]["ok"] is False
    assert done[0]["error"]


def test_acts_that_nobody_could_do_are_refused(zoom, visit, patient):
    join = {"join_url": patient["join_url"]}

    assert "not there" in zoom.sim({"do": "leave", **join}, status=422)[0]["error"]
    zoom.do("host_starts", start_url=visit["start_url"])
    zoom.do("enter", **join)
    assert "in the call" in zoom.sim({"do": "put_back", **join}, status=422)[0]["error"]
    zoom.do("admit", **join)
    assert "not in the waiting room" in zoom.sim({"do": "admit", **join}, status=422)[0]["error"]
    assert "registration" in zoom.sim({"do": "enter", "join_url": visit["join_url"]}, status=422)[0]["error"]


def test_a_meeting_without_registration_lets_guests_in_by_name(zoom):
    meeting = zoom.create(settings={"approval_type": 2})
    zoom.do("host_starts", start_url=meeting["start_url"])

    entered = zoom.do("enter", join_url=meeting["join_url"], name="Aunt May")

    assert entered["participant"]["registrant_id"] is None
    assert entered["happened"] == "waiting_room"
