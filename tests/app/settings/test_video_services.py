"""Which video services are set up, and which is the usual one."""

from typing import Any

import pytest
import requests

from app.clock import SystemClock
from app.crypto import KEYRING
from app.rooms import _video_origins, check, connect_videos
from app.settings import Settings, SettingsWrong, read_settings

GOOD = {
    "VISITBRIDGE_BASE_URL": "https://visits.example.org",
    "VISITBRIDGE_SECRET_KEYS": "x" * 40,
    "ZOOM_ACCOUNT_ID": "account",
    "ZOOM_CLIENT_ID": "client",
    "ZOOM_CLIENT_SECRET": "very-secret",
    "ZOOM_WEBHOOK_SECRET": "also-secret",
}
JITSI = {"VISITBRIDGE_JITSI_URL": "https://meet.clinic.example/{room}"}
TOKENS = {"VISITBRIDGE_JITSI_APP_ID": "visits", "VISITBRIDGE_JITSI_SECRET": "s" * 32}


def settings(*more: dict[str, str]) -> Settings:
    environment = dict(GOOD)
    for some in more:
        environment |= some
    return read_settings(environment)


def services(database: Any, *more: dict[str, str]) -> list[str]:
    KEYRING.load(["x" * 40])
    with requests.Session() as http:
        return [one.vendor for one in connect_videos(settings(*more), database, http, SystemClock())]


def test_zoom_is_alone_unless_another_is_named(database):
    assert services(database) == ["zoom"]
    assert services(database, JITSI) == ["zoom", "jitsi"]


def test_the_usual_one_comes_first(database):
    assert services(database, JITSI, {"VISITBRIDGE_VIDEO": "jitsi"}) == ["jitsi", "zoom"]


def test_a_usual_one_that_is_not_set_up_stops_the_start():
    with pytest.raises(SettingsWrong) as wrong:
        check(settings({"VISITBRIDGE_VIDEO": "jitsi"}))

    assert "VISITBRIDGE_VIDEO" in wrong.value.lines[0]


def test_forms_may_lead_to_jitsi_where_it_is_set_up():
    assert "https://meet.clinic.example" in _video_origins(settings(JITSI))
    assert "https://meet.clinic.example" not in _video_origins(settings())


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"VISITBRIDGE_JITSI_URL": "https://meet.clinic.example/"}, "VISITBRIDGE_JITSI_URL: give {room}"),
        ({"VISITBRIDGE_JITSI_URL": "http://meet.clinic.example/{room}"}, "VISITBRIDGE_JITSI_URL: use https"),
        ({"VISITBRIDGE_JITSI_APP_ID": "visits"}, "give both"),
        (TOKENS | {"VISITBRIDGE_JITSI_SECRET": "short"}, "VISITBRIDGE_JITSI_SECRET: give 32"),
    ],
)
def test_what_is_wrong_is_said_by_its_name_and_without_the_secret(more, said):
    with pytest.raises(SettingsWrong) as wrong:
        settings(JITSI, more)

    assert said in str(wrong.value)
    assert "short" not in str(wrong.value)


def test_a_rooms_name_follows_from_the_reference_and_our_keys_alone(database):
    def name() -> str:
        with requests.Session() as http:
            jitsi = connect_videos(settings(JITSI), database, http, SystemClock())[1]
        found = jitsi.find("dr-lee", "K7Q2M9XW")
        assert found is not None
        return found.room_id

    KEYRING.load(["x" * 40])
    first, again = name(), name()
    KEYRING.load(["y" * 40])

    assert first == again != name()
    assert len(first) == 32
    assert "k7q2m9xw" not in first
