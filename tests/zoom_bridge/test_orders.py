"""What is ordered of Zoom: meetings with all their settings, registrants."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from zoom_bridge.drift import GUARDED, Drift, echo_drift, guarded
from zoom_bridge.languages import zoom_language
from zoom_bridge.meeting_settings import settings_for
from zoom_bridge.registrants import RegistrantOrder


def test_an_order_says_when_in_utc_and_for_how_long(order):
    start = datetime(2026, 3, 8, 10, 30, tzinfo=ZoneInfo("America/New_York"))

    body = order(start=start, minutes=25).as_json()

    assert (body["start_time"], body["timezone"]) == ("2026-03-08T14:30:00Z", "America/New_York")
    assert (body["duration"], body["type"], body["topic"]) == (25, 2, "Video visit · K7Q2M9XW")


@pytest.mark.parametrize(("minutes", "sent"), [(0, 1), (-5, 1), (1440, 1440), (9999, 1440)])
def test_a_length_that_zoom_would_refuse_is_brought_into_its_limits(order, minutes, sent):
    assert order(minutes=minutes).as_json()["duration"] == sent


def test_a_start_without_a_zone_is_refused(order):
    with pytest.raises(ValueError, match="time zone"):
        order(start=datetime(2026, 3, 8, 10, 30))  # noqa: DTZ001  # the fault under test


@pytest.mark.parametrize("topic", ["", "x" * 201])
def test_a_topic_that_zoom_would_refuse_is_refused(order, topic):
    with pytest.raises(ValueError, match="topic"):
        order(topic=topic)


def test_by_default_people_wait_and_nothing_is_kept_or_mailed(order):
    settings = order().as_json()["settings"]

    assert settings["waiting_room"] is True
    assert settings["waiting_room_options"]["who_goes_to_waiting_room"] == "everyone"
    assert settings["join_before_host"] is False
    assert settings["approval_type"] == 0
    assert settings["use_pmi"] is False
    assert settings["encryption_type"] == "enhanced_encryption"
    assert settings["auto_recording"] == "none"
    assert settings["continuous_meeting_chat"] == {"enable": False}
    assert settings["auto_start_meeting_summary"] is False
    assert settings["auto_start_ai_companion_questions"] is False
    mails = [name for name in settings if "email" in name]
    assert len(mails) == 5
    assert not any(settings[name] for name in mails)


def test_a_policy_turns_on_what_it_names_and_no_more(order):
    plain = order().as_json()["settings"]

    asked = order(waiting_room=False, recording="cloud", chat=True, summary=True).as_json()["settings"]

    assert asked["who_will_receive_summary"] == 1
    changed = {name for name in {*plain, *asked} if plain.get(name) != asked.get(name)}
    assert changed == {
        "waiting_room",
        "waiting_room_options",
        "auto_recording",
        "continuous_meeting_chat",
        "auto_start_meeting_summary",
        "who_will_receive_summary",
    }


def test_every_guarded_setting_is_sent(order):
    assert set(guarded(settings_for(order()))) == set(GUARDED)


def test_an_echo_like_the_order_has_no_drift(order):
    asked = settings_for(order())

    assert echo_drift(guarded(asked), guarded(asked)) == ()


def test_a_locked_setting_is_named_with_what_was_asked_and_got(order):
    asked = settings_for(order())
    echoed = {**asked, "waiting_room": False, "approval_type": 1, "continuous_meeting_chat": {"enable": True}}

    assert echo_drift(guarded(asked), guarded(echoed)) == (
        Drift("waiting_room", "true", "false"),
        Drift("approval_type", "0", "1"),
        Drift("continuous_meeting_chat.enable", "false", "true"),
    )


def test_a_waiting_room_that_the_echo_leaves_out_is_off(order):
    assert echo_drift(guarded(settings_for(order())), {}) == (Drift("waiting_room", "true", "false"),)
    assert echo_drift(guarded(settings_for(order(waiting_room=False))), {}) == ()


@pytest.mark.parametrize("echo", [{"waiting_room": None}, {"waiting_room": []}, {"waiting_room_options": 3}])
def test_an_echo_of_another_shape_does_not_raise(order, echo):
    assert echo_drift(guarded(settings_for(order())), guarded(echo))[0].setting == "waiting_room"


def test_a_registrant_is_an_address_and_a_name_and_gets_a_link_at_once():
    body = RegistrantOrder("k7q2@visits.example", "Patient K7Q2", "zh-Hant-TW").as_json()

    assert body == {
        "email": "k7q2@visits.example",
        "first_name": "Patient K7Q2",
        "auto_approve": True,
        "language": "zh-TW",
    }


def test_a_long_name_is_cut_to_zoom_s_length():
    assert len(RegistrantOrder("a@b.example", "n" * 100).as_json()["first_name"]) == 64


@pytest.mark.parametrize("address", ["nobody", "a@" + "b" * 127])
def test_an_address_that_zoom_would_refuse_is_refused(address):
    with pytest.raises(ValueError, match="address"):
        RegistrantOrder(address, "Patient")


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("en", "en-US"),
        ("en-GB", "en-US"),
        ("es-419", "es-ES"),
        ("zh", "zh-CN"),
        ("zh-Hans-SG", "zh-CN"),
        ("zh-Hant", "zh-TW"),
        ("zh_Hant_HK", "zh-TW"),
        ("zh-HK", "zh-TW"),
        ("yue", "zh-TW"),
        ("ja-JP", "jp-JP"),
        ("so", None),
        ("", None),
        (None, None),
    ],
)
def test_a_language_is_the_nearest_that_zoom_speaks(tag, language):
    assert zoom_language(tag) == language
