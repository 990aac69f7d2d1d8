"""Meetings: what is asked, what is echoed, what is listed."""

from datetime import timedelta

import pytest

from sandbox.zoom.times import start_instant, zoom_time

AMARA, DAVID = "amara.osei@clinic.example", "david.lee@clinic.example"


def test_a_created_meeting_echoes_each_setting(zoom, visit):
    assert isinstance(visit["id"], int)
    assert visit["host_email"] == AMARA
    assert (visit["topic"], visit["status"], visit["type"]) == ("Video visit · K7Q2M9XW", "waiting", 2)
    assert visit["settings"]["waiting_room"] is True
    assert visit["settings"]["continuous_meeting_chat"] == {"enable": False}
    assert visit["registration_url"].endswith(f"/meeting/register/{visit['id']}")


def test_settings_that_nobody_refuses_are_on_as_in_zoom(zoom):
    settings = zoom.call("POST", f"/users/{AMARA}/meetings", {}).get_json()["settings"]

    assert settings["registrants_email_notification"] is True
    assert settings["continuous_meeting_chat"] == {"enable": True}
    assert settings["approval_type"] == 2


def test_a_meeting_without_any_lock_gets_a_waiting_room(zoom):
    open_to_all = {"default_password": False, "settings": {"waiting_room": False}}

    echoed = zoom.call("POST", f"/users/{AMARA}/meetings", open_to_all).get_json()

    assert echoed["settings"]["waiting_room"] is True
    assert "password" not in echoed


def test_a_waiting_room_turns_join_before_host_off(zoom):
    assert zoom.create(settings={"join_before_host": True})["settings"]["join_before_host"] is False


def test_locked_settings_win_over_the_request(zoom):
    zoom.broken("lock_settings", settings={"waiting_room": False, "auto_recording": "cloud"})

    settings = zoom.create()["settings"]

    assert (settings["waiting_room"], settings["auto_recording"]) == (False, "cloud")
    assert settings["approval_type"] == 0


def test_a_basic_host_gets_no_registration(zoom):
    assert zoom.create("jonas.brandt@clinic.example")["settings"]["approval_type"] == 2


@pytest.mark.parametrize(
    ("text", "timezone", "instant"),
    [
        ("2027-01-05T14:00:00Z", "America/New_York", "2027-01-05T14:00:00Z"),
        ("2027-01-05T09:00:00", "America/New_York", "2027-01-05T14:00:00Z"),
        ("2027-07-05T09:00:00", "America/New_York", "2027-07-05T13:00:00Z"),
        ("2027-03-14T02:30:00", "America/New_York", "2027-03-14T07:30:00Z"),
        ("2027-11-07T01:30:00", "America/New_York", "2027-11-07T05:30:00Z"),
        ("2027-01-05T09:00:00", "Asia/Taipei", "2027-01-05T01:00:00Z"),
    ],
)
def test_a_start_with_z_is_gmt_and_without_is_local(text, timezone, instant):
    assert zoom_time(start_instant(text, timezone)) == instant


def test_a_start_without_a_zone_is_in_the_hosts_zone(zoom):
    body = {"start_time": "2031-01-05T09:00:00"}

    assert (
        zoom.call("POST", f"/users/{AMARA}/meetings", body).get_json()["start_time"] == "2031-01-05T14:00:00Z"
    )


def test_a_past_start_becomes_now(zoom):
    now = zoom_time(zoom.clock.now())

    created = zoom.create(start_time=zoom_time(zoom.clock.now() - timedelta(hours=2)))

    assert now <= created["start_time"] <= zoom_time(zoom.clock.now())


def test_each_read_has_a_fresh_start_url(zoom, visit):
    zoom.later(hours=1)
    again = zoom.call("GET", f"/meetings/{visit['id']}").get_json()

    assert again["start_url"] != visit["start_url"]
    assert {**again, "start_url": ""} == {**visit, "start_url": ""}


def test_a_users_list_has_only_their_meetings_page_by_page(zoom):
    mine = {zoom.create(topic=f"Visit {number}")["id"] for number in range(5)}
    zoom.create(DAVID)
    path, seen, pages = f"/users/{AMARA}/meetings?page_size=2", [], 0

    token = ""
    while True:
        page = zoom.call("GET", f"{path}&next_page_token={token}").get_json()
        seen += [row["id"] for row in page["meetings"]]
        pages += 1
        token = page["next_page_token"]
        if not token:
            break

    assert (pages, len(seen), set(seen)) == (3, 5, mine)
    assert (page["total_records"], page["page_count"], page["page_size"]) == (5, 3, 2)


def test_a_page_number_works_too(zoom):
    for _ in range(3):
        zoom.create()

    page = zoom.call("GET", f"/users/{AMARA}/meetings?page_size=2&page_number=2").get_json()

    assert (page["page_number"], len(page["meetings"])) == (2, 1)


def test_a_page_token_ends_after_fifteen_minutes(zoom):
    zoom.create()
    zoom.create()
    token = zoom.call("GET", f"/users/{AMARA}/meetings?page_size=1").get_json()["next_page_token"]
    zoom.later(minutes=16)

    answer = zoom.call("GET", f"/users/{AMARA}/meetings?page_size=1&next_page_token={token}")

    assert (answer.status_code, answer.get_json()["code"]) == (400, 300)
    assert answer.get_json()["message"] == "The next page token is invalid or expired."


def test_lists_by_type(zoom):
    soon = zoom.create(start_time=zoom_time(zoom.clock.now() + timedelta(hours=5)))
    live = zoom.create()
    over = zoom.create()
    zoom.create(type=1)
    zoom.do("host_starts", start_url=live["start_url"])
    zoom.later(hours=1)

    def listed(kind):
        rows = zoom.call("GET", f"/users/{AMARA}/meetings?type={kind}").get_json()["meetings"]
        return {row["id"] for row in rows}

    assert listed("scheduled") == {soon["id"], live["id"], over["id"]}
    assert listed("live") == {live["id"]}
    assert listed("upcoming") == listed("upcoming_meetings") == {soon["id"], live["id"]}
    assert listed("previous_meetings") == {over["id"]}


def test_a_list_can_be_narrowed_by_day(zoom):
    tomorrow = zoom.clock.now() + timedelta(days=1)
    later = zoom.create(start_time=zoom_time(tomorrow))
    zoom.create()
    day = tomorrow.date().isoformat()

    rows = zoom.call("GET", f"/users/{AMARA}/meetings?from={day}&to={day}").get_json()["meetings"]

    assert [row["id"] for row in rows] == [later["id"]]


def test_a_patch_changes_what_it_names_and_ignores_a_past_start(zoom, visit):
    answer = zoom.call(
        "PATCH",
        f"/meetings/{visit['id']}",
        {"topic": "Moved", "start_time": "2020-01-01T00:00:00Z", "settings": {"mute_upon_entry": True}},
    )

    again = zoom.call("GET", f"/meetings/{visit['id']}").get_json()
    assert (answer.status_code, answer.data) == (204, b"")
    assert (again["topic"], again["start_time"]) == ("Moved", visit["start_time"])
    assert again["settings"] == {**visit["settings"], "mute_upon_entry": True}


def test_a_patch_moves_to_a_future_start(zoom, visit):
    zoom.call(
        "PATCH", f"/meetings/{visit['id']}", {"start_time": "2031-05-01T10:00:00", "timezone": "Asia/Taipei"}
    )

    assert zoom.call("GET", f"/meetings/{visit['id']}").get_json()["start_time"] == "2031-05-01T02:00:00Z"


def test_a_deleted_meeting_is_gone_and_can_be_recovered(zoom, visit):
    path = f"/meetings/{visit['id']}"

    assert zoom.call("DELETE", path).status_code == 204
    assert zoom.call("GET", path).status_code == 404
    assert zoom.call("GET", f"/users/{AMARA}/meetings").get_json()["meetings"] == []
    assert zoom.call("PUT", f"{path}/status", {"action": "recover"}).status_code == 204
    assert zoom.call("GET", path).status_code == 200


def test_ending_by_status_ends_the_call(zoom, visit):
    zoom.do("host_starts", start_url=visit["start_url"])
    path = f"/meetings/{visit['id']}"
    assert zoom.call("GET", path).get_json()["status"] == "started"

    assert zoom.call("PUT", f"{path}/status", {"action": "end"}).status_code == 204

    assert zoom.call("GET", path).get_json()["status"] == "waiting"


def test_a_schedule_for_makes_the_other_user_the_host(zoom):
    answer = zoom.call("POST", f"/users/{AMARA}/meetings", {"schedule_for": DAVID})

    assert answer.get_json()["host_email"] == DAVID
