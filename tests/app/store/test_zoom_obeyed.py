"""What Zoom tells one process, all processes obey: clients of their own over one database."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import requests
import responses

from app.store.quotas import SharedQuotaBook, SharedRateGate
from app.store.video_token import SharedTokenStore
from zoom_bridge.account import connect
from zoom_bridge.auth import ZoomApp
from zoom_bridge.errors import ZoomBusy, ZoomDailyLimit, ZoomQuotaSpent
from zoom_bridge.ids import HostId, MeetingId
from zoom_bridge.meetings import MeetingOrder
from zoom_bridge.ports import StoredToken
from zoom_bridge.secret import Secret

API, OAUTH = "https://api.zoom.test/v2", "https://zoom.test/oauth/token"
LEE, CHEN = HostId("lee"), HostId("chen")
ORDER = MeetingOrder(
    topic="Video visit · K7Q2M9XW",
    start=datetime(2026, 11, 23, 15, tzinfo=UTC),
    minutes=30,
    time_zone="America/New_York",
)
MADE = {"id": 92674392836, "uuid": "a==", "host_id": "h", "host_email": "lee@clinic.example", "topic": "x"}


@pytest.fixture
def http():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as wire:
        yield wire


@pytest.fixture
def client(database, clock):
    """A client as a process of its own has it."""

    def one():
        return connect(
            requests.Session(),
            ZoomApp("account", "client", Secret("secret"), OAUTH, API),
            store=SharedTokenStore(database),
            gate=SharedRateGate(database, clock),
            quota=SharedQuotaBook(database, clock),
            clock=clock,
        )

    return one


@pytest.fixture
def token(database, clock):
    ends = clock.now() + timedelta(hours=1)
    SharedTokenStore(database).save(StoredToken(Secret("old"), "https://api.zoom.test", ends))


def test_a_seconds_limit_is_obeyed_by_another_process_until_it_is_over(client, token, http, clock):
    refusal = {"code": 429, "message": "You have reached the maximum per-second rate limit for this API."}
    http.get(
        f"{API}/users/lee", status=429, json=refusal, headers={"X-RateLimit-Type": "QPS", "Retry-After": "3"}
    )
    http.get(f"{API}/users/lee", json={"id": "u", "email": "lee@clinic.example", "type": 2})

    with pytest.raises(ZoomBusy):
        client().get_user(LEE)
    with pytest.raises(ZoomBusy) as held_back:
        client().get_user(LEE)

    assert len(http.calls) == 1
    assert held_back.value.retry_at == clock.now() + timedelta(seconds=3)
    clock.forward(seconds=3)
    assert client().get_user(LEE).id == "u"


def test_the_accounts_day_is_obeyed_until_the_instant_that_zoom_names(client, token, http, clock):
    refusal = {"code": 429, "message": "You have reached the maximum daily rate limit for this API."}
    said = {"X-RateLimit-Type": "Daily-limit", "Retry-After": "2026-11-24T00:00:00Z"}
    http.get(f"{API}/meetings/1", status=429, json=refusal, headers=said)

    with pytest.raises(ZoomDailyLimit):
        client().get_meeting(MeetingId("1"))
    clock.forward(hours=8)
    with pytest.raises(ZoomDailyLimit) as held_back:
        client().get_meeting(MeetingId("1"))

    assert len(http.calls) == 1
    assert held_back.value.retry_at == datetime(2026, 11, 24, tzinfo=UTC)


def test_one_hosts_day_keeps_no_other_host_from_a_meeting(client, token, http, clock):
    refusal = {
        "code": 429,
        "message": "You have exceeded the daily rate limit (100) of Meeting Create/Update API requests"
        " permitted for this particular user. You may resume these requests at GMT 00:00:00.",
    }
    http.post(f"{API}/users/lee/meetings", status=429, json=refusal)
    http.post(f"{API}/users/chen/meetings", status=201, json=MADE)

    for _ in range(2):
        with pytest.raises(ZoomQuotaSpent) as spent:
            client().create_meeting(LEE, ORDER)

    assert spent.value.retry_at == datetime(2026, 11, 24, tzinfo=UTC)
    assert client().create_meeting(CHEN, ORDER).id == "92674392836"
    assert len(http.calls) == 2


def test_fifty_threads_of_two_processes_with_a_dead_token_ask_for_one_new_one(client, token, http):
    asked, together = Counter(), threading.Barrier(50)

    def give(request):
        asked["token"] += 1
        return 200, {}, '{"access_token": "new", "token_type": "bearer", "expires_in": 3600, "scope": "x"}'

    def answer(request):
        bearer = request.headers["Authorization"]
        asked[bearer] += 1
        if bearer != "Bearer new":
            return 401, {}, '{"code": 124, "message": "Access token is expired."}'
        return 200, {}, '{"id": "u", "email": "lee@clinic.example", "type": 2}'

    http.add_callback(responses.POST, OAUTH, give)
    http.add_callback(responses.GET, f"{API}/users/lee", answer)
    processes, found = [client(), client()], []

    def call(number):
        together.wait()
        found.append(processes[number % 2].get_user(LEE).id)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == ["u"] * 50
    assert asked["token"] == 1
    assert asked["Bearer new"] == 50
