"""Registrants: a link for each person."""

import pytest
import time_machine


def test_each_registrant_has_a_link_of_their_own(zoom, visit):
    first, second = zoom.register(visit, "K7Q2"), zoom.register(visit, "B3XX")

    assert first["join_url"] != second["join_url"]
    assert first["registrant_id"] != second["registrant_id"]
    assert first["id"] == visit["id"]
    assert first["topic"] == visit["topic"]


def test_the_same_address_again_is_the_same_registrant_three_times_a_day(zoom, visit):
    answers = [zoom.register(visit) for _ in range(3)]

    fourth = zoom.call(
        "POST", f"/meetings/{visit['id']}/registrants", {"first_name": "P", "email": "K7Q2@guests.example"}
    )
    assert answers[0] == answers[1] == answers[2]
    assert (fourth.status_code, fourth.get_json()["code"]) == (429, 429)
    zoom.later(days=1)
    assert zoom.register(visit) == answers[0]


def test_registrants_are_listed_by_address_and_page(zoom, visit):
    made = [zoom.register(visit, code) for code in ("A111", "B222", "C333")]

    first = zoom.call("GET", f"/meetings/{visit['id']}/registrants?page_size=2").get_json()
    rest = zoom.call(
        "GET", f"/meetings/{visit['id']}/registrants?page_size=2&next_page_token={first['next_page_token']}"
    ).get_json()

    rows = [*first["registrants"], *rest["registrants"]]
    assert [row["id"] for row in rows] == [one["registrant_id"] for one in made]
    assert [row["join_url"] for row in rows] == [one["join_url"] for one in made]
    assert [row["email"] for row in rows] == [f"{code}@guests.example" for code in ("a111", "b222", "c333")]


def test_manual_approval_gives_no_link_unless_asked_to_approve(zoom):
    meeting = zoom.create(settings={"approval_type": 1})
    path = f"/meetings/{meeting['id']}/registrants"

    pending = zoom.call("POST", path, {"first_name": "P", "email": "p@guests.example"}).get_json()
    approved = zoom.call(
        "POST", path, {"first_name": "Q", "email": "q@guests.example", "auto_approve": True}
    ).get_json()

    assert "join_url" not in pending
    assert "join_url" in approved
    waiting = zoom.call("GET", f"{path}?status=pending").get_json()["registrants"]
    assert [row["email"] for row in waiting] == ["p@guests.example"]


def test_whose_registration_is_cancelled_is_let_in_no_more(zoom, visit):
    one, other = zoom.register(visit, "A111"), zoom.register(visit, "B222")
    path = f"/meetings/{visit['id']}/registrants"

    cancel = {"action": "cancel", "registrants": [{"id": one["registrant_id"]}]}
    assert zoom.call("PUT", f"{path}/status", cancel).status_code == 204

    listed = zoom.call("GET", path).get_json()["registrants"]
    assert [row["id"] for row in listed] == [other["registrant_id"]]
    zoom.sim({"do": "enter", "join_url": one["join_url"]}, status=422)
    zoom.sim({"do": "enter", "join_url": other["join_url"]})


def test_registration_that_closes_is_over_after_the_meeting(zoom):
    meeting = zoom.create(settings={"close_registration": True})
    zoom.later(hours=2)

    answer = zoom.call(
        "POST", f"/meetings/{meeting['id']}/registrants", {"first_name": "P", "email": "p@guests.example"}
    )

    assert (answer.status_code, answer.get_json()["code"]) == (400, 3038)


def test_the_5000th_registrant_is_refused(zoom, visit, monkeypatch):
    monkeypatch.setattr("sandbox.zoom.rest.registrants.MOST", 1)
    zoom.register(visit)

    answer = zoom.call(
        "POST", f"/meetings/{visit['id']}/registrants", {"first_name": "P", "email": "p@guests.example"}
    )

    assert (answer.status_code, answer.get_json()["code"]) == (400, 3043)
    assert answer.get_json()["message"] == "Meeting has reached maximum attendee capacity."


@pytest.mark.parametrize(
    "email", ["amara.osei@clinic.example", "Amara.Osei@clinic.example", "aM4r4OseiR7tYu1Io9PlKj"]
)
def test_a_user_is_found_by_id_or_address(zoom, email):
    user = zoom.call("GET", f"/users/{email}").get_json()

    assert (user["id"], user["type"], user["status"]) == ("aM4r4OseiR7tYu1Io9PlKj", 2, "active")


def test_the_demos_hosts_are_three_licensed_and_one_basic(zoom):
    users = {row["email"]: row["type"] for row in zoom.call("GET", "/users").get_json()["users"]}

    assert users["amara.osei@clinic.example"] == users["david.lee@clinic.example"] == 2
    assert users["mei-ling.chen@clinic.example"] == 2
    assert users["jonas.brandt@clinic.example"] == 1
    inactive = zoom.call("GET", "/users?status=inactive").get_json()["users"]
    assert [row["email"] for row in inactive] == ["ines.moreau@clinic.example"]


def test_an_access_key_starts_the_users_meeting_until_it_ends(zoom, visit):
    host = visit["host_id"]
    zak = zoom.call("GET", f"/users/{host}/token?type=zak&ttl=600").get_json()["token"]
    other = zoom.call("GET", "/users/david.lee@clinic.example/token?type=zak").get_json()["token"]
    link = visit["start_url"].partition("?")[0] + "?zak="

    assert zoom.do("host_starts", start_url=link + zak)["ok"]
    assert len(zak) <= 512
    assert "another" in zoom.sim({"do": "host_starts", "start_url": link + other}, status=422)[0]["error"]
    zoom.later(seconds=601)
    assert "expired" in zoom.sim({"do": "host_starts", "start_url": link + zak}, status=422)[0]["error"]


def test_a_key_on_behalf_names_its_meeting(zoom, visit):
    missing = zoom.call("GET", f"/users/{visit['host_id']}/token?type=onbehalf")
    given = zoom.call("GET", f"/users/{visit['host_id']}/token?type=onbehalf&meeting_id={visit['id']}")

    assert missing.get_json()["errors"][0]["field"] == "meeting_id"
    assert given.get_json()["token"]


@pytest.mark.parametrize("day", ["2027-03-14", "2027-11-07"])
def test_a_hosts_day_is_utc_whatever_the_zone(zoom, day):
    with time_machine.travel(f"{day}T23:59:00Z", tick=False):
        for _ in range(100):
            zoom.create()
        assert zoom.call("POST", "/users/amara.osei@clinic.example/meetings", {}).status_code == 429
        zoom.later(minutes=1)

        assert zoom.call("POST", "/users/amara.osei@clinic.example/meetings", {}).status_code == 201
