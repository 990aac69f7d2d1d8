"""Cloud recordings of the simulated Zoom: when they begin, how they are told of, who may fetch them."""

from datetime import timedelta
from urllib.parse import quote

import pytest

from sandbox.zoom.oauth_time import real_time
from sandbox.zoom.recordings import FILM


def call_of(zoom, **settings):
    """A call that began and ended; its meeting and the run's uuid."""
    meeting = zoom.create(settings=settings)
    (began,) = zoom.sim({"do": "host_starts", "start_url": meeting["start_url"]})
    zoom.do("ends_for_all", meeting=str(meeting["id"]))
    zoom.drain()
    return meeting, began["uuid"]


def recorded(zoom):
    return call_of(zoom, auto_recording="cloud")


def told(hook, number=0):
    return hook.bodies("recording.completed")[number]


def file_in(body):
    return body["payload"]["object"]["recording_files"][0]


def get(zoom, address, token=None):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    path = "/" + address.split("/", 3)[3]
    return zoom.http.get(path, headers=headers)


def fetch(zoom, address, token):
    answer = get(zoom, address, token)
    assert answer.status_code == 302
    return get(zoom, answer.location)


@pytest.mark.parametrize("asked", ["none", "local"])
def test_without_a_wish_for_the_cloud_nothing_is_recorded_there(zoom, hook, asked):
    _meeting, uuid = call_of(zoom, auto_recording=asked)

    assert not any(event.startswith("recording.") for event in hook.events)
    answer = zoom.call("GET", f"/meetings/{quote(quote(uuid, safe=''), safe='')}/recordings")
    assert (answer.status_code, answer.get_json()["code"]) == (404, 3301)


def test_by_itself_it_begins_with_the_call_and_is_complete_after_it(zoom, hook):
    _meeting, uuid = recorded(zoom)

    order = [
        event for event in hook.events if event.startswith(("recording.", "meeting.started", "meeting.ended"))
    ]
    assert order == ["meeting.started", "recording.started", "meeting.ended", "recording.completed"]
    body = told(hook)
    assert list(body) == ["event", "event_ts", "payload", "download_token"]
    assert body["payload"]["object"]["uuid"] == uuid


def test_the_host_may_press_record_and_stop(zoom, hook):
    meeting = zoom.create()
    zoom.do("host_starts", start_url=meeting["start_url"])
    for what in ("started", "started", "stopped", "started"):
        zoom.do("record", meeting=str(meeting["id"]), what=what)
    zoom.do("ends_for_all", meeting=str(meeting["id"]))
    zoom.drain()

    assert hook.events.count("recording.started") == 2
    assert told(hook)["payload"]["object"]["recording_count"] == 2


def test_a_meeting_that_was_changed_before_its_start_records_nothing(zoom, hook):
    meeting = zoom.create(settings={"auto_recording": "cloud"})
    zoom.call("PATCH", f"/meetings/{meeting['id']}", {"settings": {"auto_recording": "none"}})
    zoom.do("host_starts", start_url=meeting["start_url"])
    zoom.drain()

    assert "recording.started" not in hook.events


def test_only_the_token_that_came_with_it_or_the_accounts_own_opens_it(zoom, hook):
    recorded(zoom)
    body = told(hook)
    address = file_in(body)["download_url"]

    assert [get(zoom, address, token).status_code for token in (None, "another")] == [401, 401]
    assert fetch(zoom, address, body["download_token"]).data == FILM
    assert fetch(zoom, address, zoom.new_token()).data == FILM
    assert file_in(body)["file_size"] == len(FILM)


def test_what_the_redirect_leads_to_cannot_be_guessed(zoom, hook):
    recorded(zoom)
    body = told(hook)
    led = get(zoom, file_in(body)["download_url"], body["download_token"]).location

    assert get(zoom, led.split("?")[0]).status_code == 403


def test_a_token_lasts_for_a_day_or_until_the_switch(zoom, hook):
    recorded(zoom)
    body = told(hook)
    address, token = file_in(body)["download_url"], body["download_token"]
    zoom.broken("expire_downloads", count=1)

    assert [get(zoom, address, token).status_code for _ in range(2)] == [401, 302]
    for one in zoom.world.state.downloads.values():
        one.expires = real_time() - timedelta(seconds=1)
    assert get(zoom, address, token).status_code == 401


def test_the_api_gives_fresh_addresses_and_a_token_where_it_is_asked_for_one(zoom):
    _meeting, uuid = recorded(zoom)
    path = f"/meetings/{quote(quote(uuid, safe=''), safe='')}/recordings"

    plain = zoom.call("GET", path).get_json()
    asked = zoom.call("GET", f"{path}?include_fields=download_access_token&ttl=60").get_json()

    assert "download_access_token" not in plain
    address = asked["recording_files"][0]["download_url"]
    assert address != plain["recording_files"][0]["download_url"]
    assert fetch(zoom, address, asked["download_access_token"]).data == FILM


def test_by_switch_it_is_told_twice_with_other_addresses_and_tokens_or_never(zoom, hook):
    zoom.broken("complete_twice", count=1)
    recorded(zoom)
    zoom.broken("never_complete", count=1)
    recorded(zoom)

    first, second = hook.bodies("recording.completed")
    assert file_in(first)["id"] == file_in(second)["id"]
    assert file_in(first)["download_url"] != file_in(second)["download_url"]
    assert first["download_token"] != second["download_token"]
    assert hook.events.count("recording.started") == 2


def test_a_call_that_is_not_under_way_cannot_be_controlled(zoom, visit):
    answer = zoom.call("PATCH", f"/live_meetings/{visit['id']}/events", {"method": "recording.stop"})

    assert (answer.status_code, answer.get_json()["code"]) == (400, 300)
