"""The account's users: their lists, what an administrator does to them, and how many calls one may hold."""

import pytest

from sandbox.zoom.state import as_json, from_json
from tests.sandbox.zoom.conftest import AMARA, DAVID, JONAS

LISTED = 7


def emails(zoom, status):
    found, token = [], ""
    while True:
        page = zoom.call("GET", f"/users?status={status}&page_size=2&next_page_token={token}").get_json()
        found += [row["email"] for row in page["users"]]
        token = page["next_page_token"]
        if not token:
            return found


def change(zoom, **asked):
    answer = zoom.http.post("/_users", json=asked)
    assert answer.status_code == 200, answer.text


def test_each_status_has_a_list_of_its_own_in_pages(zoom):
    assert sum(len(emails(zoom, status)) for status in ("active", "inactive", "pending")) == LISTED
    (invited,) = zoom.call("GET", "/users?status=pending").get_json()["users"]
    assert "id" not in invited


def test_pages_are_no_larger_than_the_switch_says(zoom):
    zoom.broken("small_pages", size=1)

    assert len(zoom.call("GET", "/users?page_size=300").get_json()["users"]) == 1


def test_a_deactivated_user_hosts_nothing_new_and_can_come_back(zoom, hook):
    change(zoom, user=AMARA, status="inactive")

    refused = zoom.call("POST", f"/users/{AMARA}/meetings", {"topic": "x"})
    assert (refused.status_code, refused.get_json()["code"]) == (400, 3161)
    assert AMARA in emails(zoom, "inactive")
    change(zoom, user=AMARA, status="active")
    assert zoom.create()["host_email"] == AMARA


def test_a_deleted_user_is_unknown_and_a_licence_can_be_taken(zoom):
    change(zoom, user=AMARA, status="deleted")
    change(zoom, user=DAVID, licensed=False)

    assert zoom.call("GET", f"/users/{AMARA}").get_json()["code"] == 1001
    assert zoom.call("GET", f"/users/{DAVID}").get_json()["type"] == 1
    zoom.http.post("/_reset")
    zoom.new_token()
    assert zoom.call("GET", f"/users/{AMARA}").get_json()["type"] == 2


@pytest.mark.parametrize(
    "asked", [{"user": "x"}, {"user": AMARA, "status": "y"}, {"user": AMARA, "licensed": 1}]
)
def test_a_change_that_is_none_is_refused(zoom, asked):
    assert zoom.http.post("/_users", json=asked).status_code == 400


@pytest.mark.parametrize("named", [JONAS, f"{DAVID};nobody@else.example", "nobody@else.example"])
def test_an_alternative_host_is_a_licensed_user_of_the_account(zoom, visit, named):
    settings = {"settings": {"alternative_hosts": named}}

    answers = [
        zoom.call("POST", f"/users/{AMARA}/meetings", settings),
        zoom.call("PATCH", f"/meetings/{visit['id']}", settings),
    ]

    for answer in answers:
        told = answer.get_json()
        assert (answer.status_code, told["code"]) == (400, 300)
        assert told["errors"][0]["field"] == "settings.alternative_hosts"


def live(zoom, *meetings):
    return [zoom.call("GET", f"/meetings/{one['id']}").get_json()["status"] == "started" for one in meetings]


def test_a_host_s_second_call_ends_the_first(zoom):
    first, second = zoom.create(), zoom.create()
    zoom.do("host_starts", start_url=first["start_url"])

    zoom.do("host_starts", start_url=second["start_url"])

    assert live(zoom, first, second) == [False, True]


def test_by_switch_a_host_holds_two_calls_and_the_third_ends_the_oldest(zoom):
    meetings = [zoom.create() for _ in range(3)]
    zoom.broken("concurrent_meetings", meetings=2)

    for one in meetings:
        zoom.do("host_starts", start_url=one["start_url"])
        zoom.later(seconds=1)

    assert live(zoom, *meetings) == [False, True, True]


def test_by_switch_a_second_call_is_refused(zoom):
    first, second = zoom.create(), zoom.create()
    zoom.broken("concurrent_meetings", refuse=True)
    zoom.do("host_starts", start_url=first["start_url"])

    (step,) = zoom.sim({"do": "host_starts", "start_url": second["start_url"]}, status=422)

    assert "in progress" in step["error"]
    assert live(zoom, first, second) == [True, False]


def test_an_administrator_adds_a_user_who_hosts_at_once_and_is_there_after_a_restart(zoom, hook):
    change(zoom, add={"email": "Ana.Reyes@clinic.example", "first_name": "Ana", "last_name": "Reyes"})
    change(zoom, add={"email": "ana.reyes@clinic.example", "first_name": "Ana", "last_name": "Reyes"})
    zoom.drain()

    assert hook.events == ["user.created"]
    assert emails(zoom, "active").count("ana.reyes@clinic.example") == 1
    assert zoom.create("ana.reyes@clinic.example")["host_email"] == "ana.reyes@clinic.example"
    kept = from_json(as_json(zoom.world.state))
    assert kept.hired == zoom.world.state.hired != {}


def test_an_added_user_needs_an_address(zoom):
    answer = zoom.http.post("/_users", json={"add": {"email": "nobody"}})

    assert answer.status_code == 400
    assert "e-mail" in answer.get_json()["error"]
