"""The dashboard of a meeting: who is in it now."""

from urllib.parse import quote

import pytest


@pytest.fixture
def call(zoom, visit):
    """A call under way with a patient who waits; its number, their links, and the run's uuid."""
    patient = zoom.register(visit)
    uuid = zoom.do("host_starts", start_url=visit["start_url"])["uuid"]
    zoom.do("enter", join_url=patient["join_url"])
    return {"id": visit["id"], "join_url": patient["join_url"], "uuid": uuid}


def rows(zoom, key, query=""):
    answer = zoom.call("GET", f"/metrics/meetings/{key}/participants{query}")
    assert answer.status_code == 200, answer.text
    return answer.get_json()["participants"]


def test_it_tells_who_waits_and_who_is_in_the_call(zoom, call):
    host, patient = rows(zoom, call["id"])

    assert (host["status"], host["role"], host["email"]) == (
        "in_meeting",
        "host",
        "amara.osei@clinic.example",
    )
    assert (patient["status"], patient["role"], patient["email"]) == (
        "in_waiting_room",
        "attendee",
        "k7q2@guests.example",
    )


def test_who_was_admitted_has_been_in_the_call_since_then(zoom, call):
    waited_since = rows(zoom, call["id"])[1]["join_time"]
    zoom.later(minutes=2)

    zoom.do("admit", join_url=call["join_url"])

    patient = rows(zoom, call["id"])[1]
    assert patient["status"] == "in_meeting"
    assert patient["join_time"] > waited_since


def test_who_left_is_told_with_the_time(zoom, call):
    zoom.do("admit", join_url=call["join_url"])
    zoom.do("leave", join_url=call["join_url"])

    assert rows(zoom, call["id"])[1]["leave_time"]


def test_live_rows_never_name_the_registrant(zoom, call):
    found = rows(zoom, call["id"], "?include_fields=registrant_id")

    assert not any("registrant_id" in row for row in found)


def test_a_run_that_ended_is_past_and_names_registrants_on_request(zoom, call):
    zoom.do("admit", join_url=call["join_url"])
    zoom.do("ends_for_all", meeting=call["id"])
    key = quote(quote(call["uuid"], safe=""), safe="")

    assert zoom.call("GET", f"/metrics/meetings/{call['id']}/participants").get_json()["code"] == 3001
    found = rows(zoom, key, "?type=past&include_fields=registrant_id")
    assert [bool(row.get("registrant_id")) for row in found] == [False, True]


def test_a_run_of_one_is_of_a_type_of_its_own(zoom, visit):
    zoom.do("host_starts", start_url=visit["start_url"])
    zoom.do("ends_for_all", meeting=visit["id"])

    assert len(rows(zoom, visit["id"], "?type=pastOne")) == 1
    assert zoom.call("GET", f"/metrics/meetings/{visit['id']}/participants?type=past").status_code == 404


def test_before_the_host_there_is_nothing_to_tell(zoom, visit):
    zoom.do("enter", join_url=zoom.register(visit)["join_url"])

    assert zoom.call("GET", f"/metrics/meetings/{visit['id']}/participants").get_json()["code"] == 3001


def test_an_account_without_dashboards_is_refused(zoom, call):
    zoom.broken("no_dashboards")

    answer = zoom.call("GET", f"/metrics/meetings/{call['id']}/participants")

    assert (answer.status_code, answer.get_json()["code"]) == (403, 200)


def test_names_can_be_missing_here_too(zoom, call):
    zoom.broken("missing_names")

    assert {(row["user_name"], row["email"]) for row in rows(zoom, call["id"])} == {("", "")}


def test_all_webhooks_can_be_lost(zoom, hook, call):
    zoom.drain()
    before = len(hook.got)
    zoom.broken("lose_webhooks")

    zoom.do("admit", join_url=call["join_url"])
    zoom.do("ends_for_all", meeting=call["id"])
    zoom.drain()

    assert before > 0
    assert len(hook.got) == before
