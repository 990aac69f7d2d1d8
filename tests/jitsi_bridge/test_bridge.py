"""Jitsi as a video vendor: an address that nobody can guess, and a token where the server wants one."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey

from jitsi_bridge.addresses import RoomAddresses
from jitsi_bridge.bridge import PASS_LIFE, TOKEN_LIFE, JitsiBridge
from jitsi_bridge.errors import JitsiNotOffered, JitsiUrlWrong
from jitsi_bridge.secret import Secret
from jitsi_bridge.tokens import TokenMaker
from tests.video_contract import VideoContract

NOW = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
KEY = "a secret that the Jitsi server knows, too"
LEE = "d.lee@clinic.example"


class Noon:
    def now(self) -> datetime:
        return NOW


@dataclass(frozen=True)
class Policy:
    waiting_room: bool = False


@dataclass(frozen=True)
class Order:
    host: str = LEE
    reference: str = "K7Q2M9XW"
    policy: Policy = field(default_factory=Policy)


@dataclass(frozen=True)
class Guest:
    address: str = "3f9a@visits.example"
    display_name: str = 'Patient "K7Q2" & 王'
    language: str | None = "es"


def bridge_with(tokens: TokenMaker | None = None) -> JitsiBridge:
    addresses = RoomAddresses("https://meet.clinic.example/tele/{room}")
    return JitsiBridge(addresses, lambda reference: f"room-of-{reference.lower()}", Noon(), tokens)


@pytest.fixture
def bridge() -> JitsiBridge:
    return bridge_with()


@pytest.fixture
def with_tokens() -> JitsiBridge:
    return bridge_with(TokenMaker("visits", Secret(KEY), "meet.clinic.example"))


def token_of(link: str) -> dict:
    (token,) = parse_qs(urlsplit(link).query)["jwt"]
    return jwt.decode(token, OctKey.import_key(KEY), algorithms=["HS256"]).claims


def wishes_of(link: str) -> dict[str, str]:
    pairs = (one.split("=", 1) for one in urlsplit(link).fragment.split("&"))
    return {key: json.loads(unquote(value)) for key, value in pairs}


def test_a_meeting_is_found_again_under_its_reference_as_it_was_opened(bridge):
    opened = bridge.open(Order())

    assert opened.room_id == "room-of-k7q2m9xw"
    assert bridge.find(LEE, "K7Q2M9XW").room_id == opened.room_id


def test_the_host_s_link_names_nobody(bridge):
    assert bridge.host_link("room-1").reveal() == "https://meet.clinic.example/tele/room-1"


def test_a_guest_s_name_and_language_stand_in_the_fragment_alone(bridge):
    link = bridge.link_for("room-1", Guest()).link.reveal()

    assert wishes_of(link) == {"userInfo.displayName": 'Patient "K7Q2" & 王', "config.defaultLanguage": "es"}
    assert link.partition("#")[0] == "https://meet.clinic.example/tele/room-1"


def test_without_tokens_a_pass_lasts_as_long_as_the_meeting(bridge):
    assert bridge.link_for("room-1", Guest()).good_until is None


def test_a_host_s_token_is_a_moderator_s_for_this_room_alone(with_tokens):
    claims = token_of(with_tokens.host_link("room-1").reveal())

    assert (claims["iss"], claims["aud"], claims["sub"]) == ("visits", "visits", "meet.clinic.example")
    assert (claims["room"], claims["context"]["user"]["affiliation"]) == ("room-1", "owner")
    assert claims["context"]["user"]["moderator"] is True
    assert claims["exp"] == int((NOW + TOKEN_LIFE).timestamp())


def test_a_guest_s_token_is_no_moderator_s_and_says_no_more_than_their_name_in_the_call(with_tokens):
    issued = with_tokens.link_for("room-1", Guest())

    claims = token_of(issued.link.reveal())
    assert claims["context"]["user"] == {
        "id": "3f9a",
        "name": 'Patient "K7Q2" & 王',
        "moderator": False,
        "affiliation": "member",
    }
    assert claims["moderator"] is False


def test_a_pass_is_handed_out_again_only_while_its_token_is_good_for_long_enough(with_tokens):
    issued = with_tokens.link_for("room-1", Guest())

    assert issued.good_until == NOW + PASS_LIFE
    assert issued.good_until + timedelta(minutes=30) < NOW + TOKEN_LIFE


def test_a_link_shows_itself_to_nobody_by_chance(with_tokens):
    issued, room = with_tokens.link_for("room-1", Guest()), with_tokens.open(Order())

    assert "meet.clinic.example" not in f"{issued!r}{room!r}{issued.link!s}"
    assert KEY not in repr(TokenMaker("visits", Secret(KEY), "meet.clinic.example"))


def test_a_waiting_room_that_was_wanted_is_told_as_missing(bridge):
    (drift,) = bridge.open(Order(policy=Policy(waiting_room=True))).drift

    assert (drift.setting, drift.asked, drift.got) == ("waiting_room", "true", "false")
    assert bridge.open(Order()).drift == ()


def test_what_an_address_cannot_tell_or_do_is_not_offered(bridge):
    questions = (
        lambda: bridge.room_now("room-1"),
        lambda: bridge.people_now("room-1"),
        lambda: bridge.past_run("run-1"),
        lambda: bridge.past_runs("room-1"),
        lambda: bridge.past_people("run-1"),
        lambda: bridge.past_loner("run-1"),
        lambda: bridge.close("room-1"),
        lambda: bridge.accept({}, b"{}"),
    )
    for ask in questions:
        with pytest.raises(JitsiNotOffered) as caught:
            ask()
        assert caught.value.not_offered


@pytest.mark.parametrize(
    "template",
    [
        "https://meet.clinic.example/",
        "https://meet.clinic.example/{room}/{room}",
        "https://meet.clinic.example/{name}/{room}",
        "https://{room}.clinic.example/",
        "https://meet.clinic.example/{room}?jwt=1",
        "https://meet.clinic.example/{room}#config",
        "https://somebody@meet.clinic.example/{room}",
        "http://meet.clinic.example/{room}",
        "meet.clinic.example/{room}",
    ],
)
def test_a_template_that_is_none_is_refused(template):
    with pytest.raises(JitsiUrlWrong):
        RoomAddresses(template)


def test_a_room_without_a_reference_is_not_opened(bridge):
    with pytest.raises(ValueError, match="guessed"):
        bridge.open(Order(reference=""))


class TestJitsiIsAVideoService(VideoContract):
    @pytest.fixture(params=["open", "tokens"])
    def video(self, request, bridge, with_tokens):
        return with_tokens if request.param == "tokens" else bridge
