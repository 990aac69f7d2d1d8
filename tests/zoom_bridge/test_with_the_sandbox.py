"""The room against the sandbox's strict Zoom, over real HTTP."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
import requests

from sandbox.serving import served
from sandbox.zoom.app import create_app
from sandbox.zoom.config import ZoomConfig
from sandbox.zoom.signature import signature, url_proof
from tests.patience import PATIENCE, until
from tests.video_contract import VideoContract
from zoom_bridge.account import connect
from zoom_bridge.auth import ZoomApp
from zoom_bridge.bridge import ZoomBridge
from zoom_bridge.drift import Drift
from zoom_bridge.errors import (
    ZoomAlternativeRefused,
    ZoomAnswerLost,
    ZoomBusy,
    ZoomDailyLimit,
    ZoomFailing,
    ZoomHostUnlicensed,
    ZoomMeetingUnknown,
    ZoomNotOffered,
    ZoomQuotaSpent,
    ZoomRefused,
    ZoomRegistrationsSpent,
    ZoomScopeMissing,
    ZoomSlow,
)
from zoom_bridge.ids import MeetingUuid
from zoom_bridge.ports import RateCategory
from zoom_bridge.secret import Secret
from zoom_bridge.signature import url_validation_answer

pytestmark = pytest.mark.wire
AMARA, JONAS = "amara.osei@clinic.example", "jonas.brandt@clinic.example"
WEBHOOK_SECRET = "sandbox-webhook-secret"


class RealClock:
    def now(self):
        return datetime.now(UTC)


@dataclass(frozen=True)
class Policy:
    waiting_room: bool = True
    recording: str = "none"
    chat: bool = False
    summary: bool = False


@dataclass(frozen=True)
class Order:
    host: str = AMARA
    reference: str = "K7Q2M9XW"
    title: str = "Video visit · K7Q2M9XW"
    start: datetime = field(default_factory=lambda: datetime.now(UTC) + timedelta(minutes=5))
    minutes: int = 25
    time_zone: str = "America/New_York"
    alternative_hosts: tuple[str, ...] = ()
    policy: Policy = field(default_factory=Policy)


@dataclass(frozen=True)
class Guest:
    address: str = "k7q2@visits.example"
    display_name: str = "Patient K7Q2"
    language: str | None = "zh-Hant"


@dataclass(frozen=True)
class World:
    """The sandbox's control, as a test uses it."""

    url: str

    def broken(self, name, **details):
        assert requests.post(f"{self.url}/_break", json={"name": name, **details}, timeout=PATIENCE).ok

    def do(self, **step):
        answer = requests.post(f"{self.url}/_sim", json={"steps": [step]}, timeout=PATIENCE)
        assert answer.ok, answer.text
        return answer.json()["steps"][0]

    def creates(self):
        rows = requests.get(f"{self.url}/_requests", timeout=PATIENCE).json()
        return [row["status"] for row in rows if row["system"] == "zoom" and row["method"] == "POST"]

    def settled(self):
        """Wait until a create that was under way is done."""
        until(self.creates, what="the create")


@pytest.fixture(scope="module")
def server():
    app = create_app(ZoomConfig())
    with served(app) as url:
        yield url
    app.extensions["zoom"].close()


@pytest.fixture
def world(server):
    assert requests.post(f"{server}/_reset", timeout=PATIENCE).ok
    return World(server)


@pytest.fixture
def clock():
    return RealClock()


@pytest.fixture
def new_client(world, store, gate, book, clock):
    """Makes clients of one account, which wait so many seconds for an answer."""
    store.token = None
    app = ZoomApp(
        "sandbox-account",
        "sandbox-client",
        Secret("sandbox-secret"),
        f"{world.url}/oauth/token",
        f"{world.url}/v2",
    )
    with requests.Session() as session:

        def make(patience=PATIENCE):
            wait, kept = (PATIENCE, patience), {"store": store, "gate": gate, "quota": book, "clock": clock}
            return connect(session, app, timeout=wait, **kept)

        yield make


@pytest.fixture
def client(new_client):
    return new_client()


@pytest.fixture
def bridge(client, clock):
    return ZoomBridge(client, Secret(WEBHOOK_SECRET), clock)


def test_a_visit_from_opening_to_closing(bridge, world):
    room = bridge.open(Order(host=bridge.host(AMARA).host_id))
    guest_pass = bridge.link_for(room.room_id, Guest())

    world.do(do="host_starts", start_url=bridge.host_link(room.room_id).reveal())
    world.do(do="enter", join_url=guest_pass.link.reveal())
    world.do(do="admit", join_url=guest_pass.link.reveal())
    bridge.close(room.room_id)
    bridge.close(room.room_id)

    assert room.drift == ()
    assert room.host_email == AMARA
    assert bridge.find(AMARA, "K7Q2M9XW", Policy()).room_id == room.room_id
    assert bridge.find(AMARA, "ZZZZZZZZ") is None
    assert bridge.find_guest(room.room_id, "K7Q2@visits.example").guest_id == guest_pass.guest_id


def test_settings_that_are_locked_are_told(bridge, world):
    world.broken("lock_settings", on=True, settings={"waiting_room": False})

    assert Drift("waiting_room", "true", "false") in bridge.open(Order()).drift


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ({"name": "fail_after", "status": 500}, ZoomFailing),
        ({"name": "fail_after", "drop": True}, ZoomAnswerLost),
        ({"name": "slow", "seconds": 1}, ZoomSlow),
    ],
)
def test_a_create_whose_answer_is_lost_is_found_by_looking(new_client, bridge, world, clock, fault, kind):
    bridge.host(AMARA)  # the token is there: only the create is to be short of time
    world.broken(**fault, on=True, operation="meetingCreate", count=1)
    opening = ZoomBridge(new_client(0.4 if kind is ZoomSlow else PATIENCE), Secret(WEBHOOK_SECRET), clock)

    with pytest.raises(kind) as caught:
        opening.open(Order())
    world.settled()
    found = bridge.find(AMARA, "K7Q2M9XW", Policy())

    assert not caught.value.outcome_known
    assert found.drift == ()
    assert len(world.creates()) == 1


def test_a_registration_whose_answer_is_lost_is_found_by_looking(bridge, world):
    room = bridge.open(Order())
    world.broken("fail_after", on=True, drop=True, operation="meetingRegistrantCreate", count=1)

    with pytest.raises(ZoomAnswerLost):
        bridge.link_for(room.room_id, Guest())

    assert bridge.find_guest(room.room_id, Guest().address).link.reveal()


@pytest.mark.parametrize(
    ("limit", "kind"), [("qps", ZoomBusy), ("daily", ZoomDailyLimit), ("host", ZoomQuotaSpent)]
)
def test_each_kind_of_429_is_told_apart(bridge, world, gate, book, limit, kind):
    world.broken("rate_limit", on=True, kind=limit, operation="meetingCreate", count=1)

    with pytest.raises(kind) as caught:
        bridge.open(Order())

    assert type(caught.value) is kind
    paused = {RateCategory.LIGHT: caught.value.retry_at} if limit != "host" else {}
    assert gate.until == paused
    assert (100 in book.spent.values()) is (limit == "host")


def test_a_person_s_fourth_registration_of_a_day_is_told_apart(bridge):
    room = bridge.open(Order())
    passes = {bridge.link_for(room.room_id, Guest()).guest_id for _ in range(3)}

    with pytest.raises(ZoomRegistrationsSpent):
        bridge.link_for(room.room_id, Guest())

    assert len(passes) == 1


def test_a_token_that_zoom_forgot_is_replaced_once(bridge, world, store):
    bridge.host(AMARA)
    world.broken("expire_tokens", on=True)

    bridge.host(AMARA)

    assert store.saved == 2


def test_a_dropped_scope_is_named(bridge, world):
    world.broken("drop_scope", on=True, scope="meeting:write:meeting:admin")

    with pytest.raises(ZoomScopeMissing) as caught:
        bridge.open(Order())

    assert "meeting:write:meeting:admin" in caught.value.scopes


def test_an_unlicensed_host_s_meeting_takes_no_guests(bridge):
    assert not bridge.host(JONAS).licensed
    room = bridge.open(Order(host=JONAS))

    with pytest.raises(ZoomHostUnlicensed):
        bridge.link_for(room.room_id, Guest())


def test_a_run_with_an_awkward_uuid_is_read_when_it_is_over(bridge, client, world):
    world.broken("awkward_uuids", on=True)
    room = bridge.open(Order())
    guest_pass = bridge.link_for(room.room_id, Guest())
    run = world.do(do="host_starts", start_url=bridge.host_link(room.room_id).reveal())["uuid"]
    world.do(do="enter", join_url=guest_pass.link.reveal())
    world.do(do="admit", join_url=guest_pass.link.reveal())
    bridge.close(room.room_id)

    people = list(client.list_past_participants(MeetingUuid(run)))

    assert run.startswith("/")
    assert guest_pass.guest_id in {person.registrant_id for person in people}


def test_a_call_is_looked_at_from_its_begin_to_its_end(bridge, world):
    room = bridge.open(Order())
    guest_pass = bridge.link_for(room.room_id, Guest())
    assert not bridge.room_now(room.room_id).live
    assert bridge.people_now(room.room_id) == ()

    run = world.do(do="host_starts", start_url=bridge.host_link(room.room_id).reveal())["uuid"]
    world.do(do="enter", join_url=guest_pass.link.reveal())
    now = bridge.room_now(room.room_id)
    assert (now.live, now.instance) == (True, run)
    host, patient = bridge.people_now(room.room_id)
    assert (host.waiting, host.user_id) == (False, room.host_id)
    assert (patient.waiting, patient.until, patient.email) == (True, None, Guest().address)
    assert bridge.past_run(run) is None

    world.do(do="admit", join_url=guest_pass.link.reveal())
    assert [one.waiting for one in bridge.people_now(room.room_id)] == [False, False]

    bridge.close(room.room_id)
    assert not bridge.room_now(room.room_id).live
    assert [one.instance for one in bridge.past_runs(room.room_id)] == [run]
    assert bridge.past_run(run).ended_at is not None
    assert {one.guest_id for one in bridge.past_people(run)} == {None, guest_pass.guest_id}


def test_a_host_who_was_alone_is_told_by_the_dashboards_only(bridge, world):
    room = bridge.open(Order())
    world.do(do="host_starts", start_url=bridge.host_link(room.room_id).reveal())
    run = bridge.room_now(room.room_id).instance
    bridge.close(room.room_id)

    assert bridge.past_people(run) == ()
    (alone,) = bridge.past_loner(run)
    assert (alone.user_id, alone.waiting, alone.until is None) == (room.host_id, False, False)


def test_an_account_without_dashboards_cannot_be_asked(bridge, world):
    world.broken("no_dashboards", on=True)
    room = bridge.open(Order())

    with pytest.raises(ZoomNotOffered):
        bridge.people_now(room.room_id)


def test_an_app_without_the_dashboard_s_scope_cannot_ask(bridge, world):
    world.broken("drop_scope", on=True, scope="dashboard:read:list_meeting_participants:admin")
    room = bridge.open(Order())

    with pytest.raises(ZoomNotOffered):
        bridge.people_now(room.room_id)


def test_a_deleted_meeting_is_unknown(bridge, client):
    room = bridge.open(Order())

    client.delete_meeting(room.room_id)

    with pytest.raises(ZoomMeetingUnknown):
        bridge.host_link(room.room_id)
    with pytest.raises(ZoomMeetingUnknown):
        bridge.link_for(room.room_id, Guest())


def test_what_the_sandbox_signs_is_accepted(bridge, clock):
    body = '{"event":"meeting.started","payload":{"object":{"topic":"Zoë"}}}'.encode()
    timestamp = int(clock.now().timestamp())
    signed = signature(WEBHOOK_SECRET, timestamp, body)

    accepted = bridge.accept({"x-zm-request-timestamp": str(timestamp), "x-zm-signature": signed}, body)

    assert accepted.kind == "event"


def test_the_sandbox_takes_our_answer_to_its_challenge():
    answer = url_validation_answer(Secret(WEBHOOK_SECRET), "plain")

    assert answer["encryptedToken"] == url_proof(WEBHOOK_SECRET, "plain")


def all_hosts(bridge):
    found, after = [], ""
    while True:
        page = bridge.hosts(after)
        found.extend(page.hosts)
        after = page.after
        if not after:
            return found


def test_the_whole_account_is_listed_whatever_the_size_of_a_page(bridge, world):
    whole = all_hosts(bridge)
    world.broken("small_pages", size=1)

    assert all_hosts(bridge) == whole
    told = {host.email: (host.status, host.licensed) for host in whole}
    assert told[AMARA] == ("active", True)
    assert told["jonas.brandt@clinic.example"] == ("active", False)
    assert told["ines.moreau@clinic.example"][0] == "inactive"
    assert told["priya.nair@clinic.example"] == ("pending", False)


def test_an_app_that_may_not_list_users_is_told_so(bridge, world):
    world.broken("drop_scope", scope="user:read:list_users:admin")

    with pytest.raises(ZoomNotOffered):
        bridge.hosts()


@pytest.mark.parametrize(
    "who", ["jonas.brandt@clinic.example", "ines.moreau@clinic.example", "x@else.example"]
)
def test_an_alternative_host_without_a_licence_of_this_account_is_refused(bridge, world, who):
    with pytest.raises(ZoomAlternativeRefused):
        bridge.open(Order(alternative_hosts=(who,)))

    assert world.creates()[-1] == 400


def test_an_alternative_host_with_a_licence_is_taken(bridge):
    assert bridge.open(Order(alternative_hosts=("david.lee@clinic.example",))).drift == ()


def test_deliveries_are_subscribed_to_once_and_move_with_us(client, clock, world):
    bridge = ZoomBridge(client, Secret(WEBHOOK_SECRET), clock, account_id="sandbox-account")
    lacking = bridge.examine_delivery("https://old.example/webhooks/zoom")
    bridge.mend_delivery(lacking.address, lacking.order, lacking.stale)
    assert bridge.examine_delivery(lacking.address).is_good

    moved = bridge.examine_delivery("https://new.example/webhooks/zoom")
    bridge.mend_delivery(moved.address, moved.order, moved.stale)

    assert len(moved.stale) == 1
    assert bridge.examine_delivery(moved.address).is_good
    assert not bridge.examine_delivery(lacking.address).is_good


def test_events_without_their_scope_are_refused(client, clock, world):
    bridge = ZoomBridge(client, Secret(WEBHOOK_SECRET), clock, account_id="sandbox-account")
    world.broken("events_not_allowed", begin="user.")

    with pytest.raises(ZoomRefused):
        bridge.mend_delivery("https://new.example/webhooks/zoom", ("user.updated",), ())


def test_who_may_not_list_subscriptions_is_told_which_scope(client, clock, world):
    bridge = ZoomBridge(client, Secret(WEBHOOK_SECRET), clock, account_id="sandbox-account")
    world.broken("drop_scope", scope="marketplace:read:list_event_subscriptions")

    with pytest.raises(ZoomScopeMissing) as caught:
        bridge.examine_delivery("https://new.example/webhooks/zoom")

    assert caught.value.scopes == ("marketplace:read:list_event_subscriptions",)


def test_the_waiting_room_says_what_it_is_told_and_a_pass_that_was_taken_back_opens_nothing(bridge, world):
    room = bridge.open(Order())
    issued = bridge.link_for(room.room_id, Guest())
    world.do(do="host_starts", start_url=room.host_link.reveal())
    world.do(do="enter", join_url=issued.link.reveal())

    bridge.say_to_waiting(room.room_id, "We are about 10 minutes late.")

    theirs = f"{world.url}/w/{issued.link.reveal().partition('/w/')[2]}"
    assert "We are about 10 minutes late." in requests.get(theirs, timeout=PATIENCE).text
    world.do(do="leave", join_url=issued.link.reveal())
    bridge.take_back(room.room_id, issued.guest_id)
    steps = {"steps": [{"do": "enter", "join_url": issued.link.reveal()}]}
    assert requests.post(f"{world.url}/_sim", json=steps, timeout=PATIENCE).status_code == 422
    assert bridge.find_guest(room.room_id, Guest().address) is None


class TestZoomIsAVideoService(VideoContract):
    @pytest.fixture
    def video(self, bridge):
        return bridge
