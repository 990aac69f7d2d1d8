"""Runs that ended: by uuid, encoded twice where Zoom wants it."""

from urllib.parse import quote

import pytest


def met(zoom, minutes=12):
    """A visit of two that ended; its meeting, registrant and uuid."""
    meeting = zoom.create()
    patient = zoom.register(meeting)
    zoom.do("host_starts", start_url=meeting["start_url"])
    zoom.do("enter", join_url=patient["join_url"])
    zoom.later(minutes=3)
    zoom.do("admit", join_url=patient["join_url"])
    zoom.later(minutes=minutes)
    uuid = zoom.do("ends_for_all", meeting=meeting["id"])["uuid"]
    return meeting, patient, uuid


def once(uuid):
    return quote(uuid, safe="")


def twice(uuid):
    return once(once(uuid))


def test_who_was_there_and_how_long(zoom):
    meeting, patient, uuid = met(zoom)

    rows = zoom.call("GET", f"/past_meetings/{twice(uuid)}/participants").get_json()["participants"]

    assert [
        (row["registrant_id"], row["status"], row["duration"] // 60) for row in rows if "registrant_id" in row
    ] == [
        (patient["registrant_id"], "in_waiting_room", 3),
        (patient["registrant_id"], "in_meeting", 12),
    ]
    (host,) = [row for row in rows if "registrant_id" not in row]
    assert (host["id"], host["internal_user"], host["duration"] // 60) == (meeting["host_id"], True, 15)


def test_the_run_as_a_whole(zoom):
    meeting, _, uuid = met(zoom)

    past = zoom.call("GET", f"/past_meetings/{twice(uuid)}").get_json()

    assert (past["id"], past["uuid"], past["participants_count"]) == (meeting["id"], uuid, 2)
    assert past["duration"] in (15, 16)
    assert past["user_email"] == "amara.osei@clinic.example"


def test_a_run_of_one_person_lists_nobody(zoom, visit):
    zoom.do("host_starts", start_url=visit["start_url"])
    zoom.do("ends_for_all", meeting=visit["id"])

    assert zoom.call("GET", f"/past_meetings/{visit['id']}/participants").get_json()["participants"] == []


def test_the_meetings_number_finds_its_last_run_and_lists_all(zoom):
    meeting, _, first = met(zoom)
    fresh = zoom.call("GET", f"/meetings/{meeting['id']}").get_json()["start_url"]
    second = zoom.do("host_starts", start_url=fresh)["uuid"]
    zoom.do("ends_for_all", meeting=meeting["id"])

    assert zoom.call("GET", f"/past_meetings/{meeting['id']}").get_json()["uuid"] == second
    runs = zoom.call("GET", f"/past_meetings/{meeting['id']}/instances").get_json()["meetings"]
    assert [run["uuid"] for run in runs] == [first, second]


def test_a_run_under_way_has_not_ended(zoom, visit):
    zoom.do("host_starts", start_url=visit["start_url"])

    for key in (twice(visit["uuid"]), visit["id"]):
        assert zoom.call("GET", f"/past_meetings/{key}").get_json()["code"] == 3001


@pytest.mark.parametrize("tail", ["", "/participants"])
def test_an_awkward_uuid_must_be_encoded_twice(zoom, tail):
    zoom.broken("awkward_uuids")
    _, _, uuid = met(zoom)
    assert uuid.startswith("/")
    assert "//" in uuid

    good = zoom.call("GET", f"/past_meetings/{twice(uuid)}{tail}")
    single = zoom.call("GET", f"/past_meetings/{once(uuid)}{tail}")
    raw = zoom.call("GET", f"/past_meetings/{uuid}{tail}")

    assert good.status_code == 200
    assert (single.status_code, single.get_json()["code"]) == (404, 3001)
    assert (raw.status_code, raw.get_json()["code"]) == (400, 2300)


def test_a_plain_uuid_may_be_encoded_once_or_twice(zoom, monkeypatch):
    monkeypatch.setattr("sandbox.zoom.calls.instance_uuid", lambda awkward: "4444AAAi/AAAiAiAi+iiAii==")
    _, _, uuid = met(zoom)

    assert zoom.call("GET", f"/past_meetings/{once(uuid)}").status_code == 200
    assert zoom.call("GET", f"/past_meetings/{twice(uuid)}").status_code == 200


def test_participants_come_page_by_page(zoom):
    _, _, uuid = met(zoom)
    path = f"/past_meetings/{twice(uuid)}/participants?page_size=2"

    first = zoom.call("GET", path).get_json()
    rest = zoom.call("GET", f"{path}&next_page_token={first['next_page_token']}").get_json()

    assert (len(first["participants"]), len(rest["participants"]), rest["next_page_token"]) == (2, 1, "")


def test_names_can_be_missing_here_too(zoom):
    zoom.broken("missing_names")
    _, patient, uuid = met(zoom)

    rows = zoom.call("GET", f"/past_meetings/{twice(uuid)}/participants").get_json()["participants"]

    assert {(row["name"], row["user_email"]) for row in rows} == {("", "")}
    assert patient["registrant_id"] in {row.get("registrant_id") for row in rows}
