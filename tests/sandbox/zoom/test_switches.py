"""What can be broken on purpose."""

import threading
from datetime import timedelta
from types import SimpleNamespace

import pytest
import requests

from sandbox.serving import served
from sandbox.zoom.switches import KNOWN
from tests.patience import PATIENCE, until

AMARA = "amara.osei@clinic.example"


def test_the_board_shows_what_is_on(zoom):
    zoom.broken("lose_webhooks", count=3)
    zoom.broken("slow", seconds=0.1)
    zoom.broken("slow", on=False)

    board = zoom.http.get("/_break").get_json()

    assert board["lose_webhooks"] == {"on": True, "count": 3}
    assert board["slow"] == {"on": False}
    assert set(board) == set(KNOWN)


@pytest.mark.parametrize(
    "order",
    [
        {},
        {"name": "nothing"},
        {"name": "slow", "on": "yes"},
        {"name": "slow", "count": 0},
        {"name": "slow", "seconds": "1"},
        {"name": "slow", "colour": "red"},
        {"name": "rate_limit", "kind": "weekly"},
    ],
)
def test_an_unclear_order_breaks_nothing(zoom, order):
    answer = zoom.http.post("/_break", json=order)

    assert answer.status_code == 400
    assert answer.get_json()["error"]
    assert not any(one["on"] for one in zoom.http.get("/_break").get_json().values())


def test_too_many_calls_a_second(zoom):
    zoom.broken("rate_limit", kind="qps", count=1)

    answer, next_answer = zoom.call("GET", "/users"), zoom.call("GET", "/users")

    assert (answer.status_code, answer.get_json()["code"]) == (429, 429)
    assert answer.get_json()["message"].startswith("You have reached the maximum per-second rate limit")
    assert answer.headers["X-RateLimit-Type"] == "QPS"
    assert answer.headers["X-RateLimit-Category"] == "Medium"
    assert (answer.headers["X-RateLimit-Remaining"], "Retry-After" in answer.headers) == ("0", False)
    assert next_answer.status_code == 200


def test_too_many_calls_a_day_names_the_instant_of_the_next(zoom):
    zoom.broken("rate_limit", kind="daily")

    answer = zoom.call("POST", f"/users/{AMARA}/meetings", {})

    midnight = (zoom.clock.now() + timedelta(days=1)).date().isoformat()
    assert answer.status_code == 429
    assert answer.get_json()["message"].startswith("You have reached the maximum daily rate limit")
    assert answer.headers["X-RateLimit-Type"] == "Daily-limit"
    assert answer.headers["Retry-After"] == f"{midnight}T00:00:00Z"


def test_a_hosts_day_can_be_spent_by_switch_for_one_operation(zoom):
    zoom.broken("rate_limit", kind="host", operation="meetingCreate")

    answer = zoom.call("POST", f"/users/{AMARA}/meetings", {})

    assert "daily rate limit (100)" in answer.get_json()["message"]
    assert "Retry-After" not in answer.headers
    assert zoom.call("GET", "/users").status_code == 200


def test_failing_before_does_nothing_and_failing_after_has_done_it(zoom):
    zoom.broken("fail_before", status=503, operation="meetingCreate", count=1)
    before = zoom.call("POST", f"/users/{AMARA}/meetings", {})
    none_yet = zoom.call("GET", f"/users/{AMARA}/meetings").get_json()["total_records"]
    zoom.broken("fail_after", status=502, operation="meetingCreate", count=1)
    after = zoom.call("POST", f"/users/{AMARA}/meetings", {"topic": "Lost answer"})

    rows = zoom.call("GET", f"/users/{AMARA}/meetings").get_json()["meetings"]
    assert (before.status_code, none_yet, after.status_code) == (503, 0, 502)
    assert [row["topic"] for row in rows] == ["Lost answer"]


@pytest.mark.parametrize(("switch", "made"), [("fail_before", 0), ("fail_after", 1)])
def test_a_line_can_be_cut_before_and_after_the_work(zoom, switch, made):
    headers = {"Authorization": f"Bearer {zoom.new_token()}"}
    zoom.broken(switch, drop=True, operation="meetingCreate", count=1)

    with served(zoom.http.application) as base, pytest.raises(requests.ConnectionError):
        requests.post(f"{base}/v2/users/{AMARA}/meetings", json={}, headers=headers, timeout=PATIENCE)

    assert zoom.call("GET", f"/users/{AMARA}/meetings").get_json()["total_records"] == made


def test_a_slow_call_holds_nobody_else_up(zoom, monkeypatch):
    slept, over, answered = [], threading.Event(), []
    wait = SimpleNamespace(sleep=lambda seconds: (slept.append(seconds), over.wait(PATIENCE)))
    monkeypatch.setattr("sandbox.zoom.gate.time", wait)
    headers = {"Authorization": f"Bearer {zoom.new_token()}"}
    zoom.broken("slow", seconds=3, operation="meetingCreate")

    def create(base):
        url = f"{base}/v2/users/{AMARA}/meetings"
        answered.append(requests.post(url, json={}, headers=headers, timeout=PATIENCE).status_code)

    with served(zoom.http.application) as base:
        slow = threading.Thread(target=create, args=(base,))
        slow.start()
        until(lambda: slept, what="the slow call")
        assert requests.get(f"{base}/v2/users", headers=headers, timeout=PATIENCE).status_code == 200
        assert answered == []
        over.set()
        slow.join()

    assert (slept, answered) == ([3], [201])


def test_the_reset_forgets_everything(zoom, visit):
    zoom.broken("host_not_signed_in")
    zoom.http.post("/_reset")

    assert not any(one["on"] for one in zoom.http.get("/_break").get_json().values())
    assert zoom.call("GET", f"/meetings/{visit['id']}").status_code == 401
    zoom.new_token()
    assert zoom.call("GET", f"/meetings/{visit['id']}").status_code == 404


def test_the_users_can_be_asked_for_without_a_token(zoom):
    users = {row["email"]: row["licensed"] for row in zoom.http.get("/_users").get_json()}

    assert users[AMARA] is True
    assert users["jonas.brandt@clinic.example"] is False


def test_the_glass_wall_shows_requests_with_their_secrets_shortened(zoom, visit):
    patient = zoom.register(visit)
    rows = zoom.http.get("/_requests").get_json()

    assert [(row["system"], row["method"], row["status"]) for row in rows if row["system"] != "webhook"] == [
        ("oauth", "POST", 200),
        ("zoom", "POST", 201),
        ("zoom", "POST", 201),
    ]
    shown = str(rows)
    for secret in (zoom.token, visit["password"], visit["start_url"].partition("zak=")[2]):
        assert secret not in shown
    assert patient["join_url"].partition("tk=")[2].partition("&")[0] not in shown
    assert "sandbox-secret" not in shown


def test_every_switch_is_in_the_sandboxs_guide(root):
    guide = (root / "sandbox" / "README.md").read_text("utf-8")

    assert [name for name in KNOWN if f"`{name}`" not in guide] == []


def test_an_account_with_numbers_tells_them_with_a_passcode_of_digits(zoom, visit):
    path = f"/meetings/{visit['id']}"
    assert "global_dial_in_numbers" not in zoom.call("GET", path).get_json()["settings"]

    zoom.broken("dial_in_numbers")

    told = zoom.call("GET", path).get_json()
    assert [one["country"] for one in told["settings"]["global_dial_in_numbers"]] == ["US", "US", "CA"]
    assert told["pstn_password"].isdigit()
