"""How webhooks are signed, sent, repeated, and lost on purpose."""

import hashlib
import hmac
import json
import re
import threading
import time
from datetime import datetime

import pytest
from flask import request

from tests.patience import PATIENCE, until

RETRY_MINUTES = (5, 20, 60)


def started(zoom, visit):
    zoom.do("host_starts", start_url=visit["start_url"])
    zoom.drain()


def test_the_exact_bytes_are_signed(zoom, hook, visit):
    started(zoom, visit)

    for headers, raw, _ in hook.got:
        message = f"v0:{headers['X-Zm-Request-Timestamp']}:".encode() + raw
        right = hmac.new(b"sandbox-webhook-secret", message, hashlib.sha256).hexdigest()
        assert headers["X-Zm-Signature"] == f"v0={right}"


def test_the_body_is_compact_and_keeps_its_letters(zoom, hook):
    zoom.create(topic="Visite · été 門診")
    zoom.drain()

    (_, raw, body) = hook.got[0]
    assert raw == json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    assert "été 門診".encode() in raw


def test_the_headers_are_zooms(zoom, hook, visit):
    started(zoom, visit)

    headers = hook.got[-1][0]
    assert headers["User-Agent"] == "Zoom Marketplace/1.0a"
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["Clientid"] == "sandbox-client"
    assert re.fullmatch(r"\d{10}", headers["X-Zm-Request-Timestamp"])
    assert re.fullmatch(r"[0-9a-f]{8}(_[0-9a-f]{4}){3}_[0-9a-f]{12}", headers["X-Zm-Request-Id"])
    assert headers["X-Zm-Trackingid"]
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", headers["Traceparent"])


def test_the_times_follow_the_sandboxs_clock(zoom, hook, visit):
    zoom.later(days=3)
    before = zoom.clock.now()
    zoom.do("host_starts", start_url=zoom.call("GET", f"/meetings/{visit['id']}").get_json()["start_url"])
    zoom.drain()
    after = zoom.clock.now()

    headers, _, body = hook.got[-1]
    seconds = range(int(before.timestamp()), int(after.timestamp()) + 1)
    assert int(headers["X-Zm-Request-Timestamp"]) in seconds
    assert body["event_ts"] // 1000 in seconds
    joined = datetime.fromisoformat(body["payload"]["object"]["participant"]["join_time"])
    assert int(joined.timestamp()) in seconds


@pytest.mark.parametrize("status", [500, 503])
def test_a_failure_of_the_server_is_repeated_after_5_20_and_60_minutes(zoom, hook, status):
    hook.status = status
    zoom.create()
    for tries, minutes in enumerate(RETRY_MINUTES, start=1):
        until(lambda tries=tries: [one.tried for one in zoom.world.state.deliveries] == [tries])
        zoom.later(minutes=minutes - 1)
        time.sleep(0.25)
        assert len(hook.got) == tries
        zoom.later(minutes=1)

    until(lambda: zoom.world.webhooks.waiting() == 0)
    zoom.later(days=1)
    time.sleep(0.25)
    assert len(hook.got) == 4
    assert len({raw for _, raw, _ in hook.got}) == 1
    assert len({headers["X-Zm-Signature"] for headers, _, _ in hook.got}) == 1


@pytest.mark.parametrize("status", [301, 302, 400, 401, 404, 429])
def test_a_redirect_or_a_refusal_is_never_repeated(zoom, hook, status):
    hook.status = status
    zoom.create()
    assert zoom.drain() == {"drained": True, "waiting": 0}

    zoom.later(hours=2)
    zoom.drain()

    assert len(hook.got) == 1


def test_an_app_that_is_down_gets_the_event_later(zoom, hook, monkeypatch):
    monkeypatch.setattr("sandbox.zoom.webhooks._post", lambda *_: None)
    zoom.create()
    until(lambda: any(one.tried for one in zoom.world.state.deliveries))
    monkeypatch.undo()

    zoom.later(minutes=5)

    until(lambda: hook.events == ["meeting.created"])


def test_an_answer_after_three_seconds_counts_as_none(zoom, hook, monkeypatch):
    given_up = threading.Event()
    monkeypatch.setattr("sandbox.zoom.webhooks.PATIENCE", 0.1)
    hook.respond = lambda: (given_up.wait(PATIENCE), "")[1]

    zoom.create()

    until(lambda: [one.tried for one in zoom.world.state.deliveries] == [1])
    given_up.set()
    until(lambda: len(hook.got) == 1)


def test_lost_events_never_come_but_the_glass_wall_shows_them(zoom, hook, visit):
    zoom.drain()
    zoom.broken("lose_webhooks", count=2)
    started(zoom, visit)
    zoom.do("ends_for_all", meeting=visit["id"])
    zoom.drain()

    assert hook.events == ["meeting.created", "meeting.participant_left", "meeting.ended"]
    rows = zoom.http.get("/_requests").get_json()
    lost = [row["note"] for row in rows if row["system"] == "webhook" and row["status"] == 0]
    assert lost == [
        "meeting.started, lost on purpose",
        "meeting.participant_joined, lost on purpose",
    ]


def test_only_the_named_event_is_lost(zoom, hook, visit):
    zoom.broken("lose_webhooks", event="meeting.started")
    started(zoom, visit)

    assert hook.events == ["meeting.created", "meeting.participant_joined"]


def test_duplicates_have_one_body_and_two_tracking_ids(zoom, hook):
    zoom.broken("duplicate_webhooks")
    zoom.create()
    zoom.drain()

    (first, raw, _), (second, again, _) = hook.got
    assert raw == again
    assert first["X-Zm-Trackingid"] != second["X-Zm-Trackingid"]


def test_delayed_events_are_overtaken(zoom, hook, visit):
    zoom.drain()
    zoom.broken("delay_webhooks", seconds=600, event="meeting.started")
    started(zoom, visit)
    zoom.later(minutes=11)
    until(lambda: len(hook.got) == 3)

    assert hook.events == ["meeting.created", "meeting.participant_joined", "meeting.started"]


def test_shuffled_events_all_come_in_another_order(zoom, hook, visit):
    people = [zoom.register(visit, code) for code in ("A111", "B222", "C333", "D444")]
    zoom.drain()
    hook.got.clear()
    zoom.broken("shuffle_webhooks", seconds=0.5)

    zoom.do("host_starts", start_url=visit["start_url"])
    zoom.sim(*({"do": "enter", "join_url": one["join_url"]} for one in people))
    zoom.do("ends_for_all", meeting=visit["id"])
    zoom.drain()

    moments = [body["event_ts"] for _, _, body in hook.got]
    assert len(moments) == 12
    assert moments != sorted(moments)


def test_names_can_be_missing(zoom, hook, visit):
    patient = zoom.register(visit)
    zoom.broken("missing_names")
    zoom.do("host_starts", start_url=visit["start_url"])
    zoom.do("enter", join_url=patient["join_url"])
    zoom.drain()

    (waiting,) = hook.bodies("meeting.participant_joined_waiting_room")
    someone = waiting["payload"]["object"]["participant"]
    assert (someone["user_name"], someone["email"]) == ("", "")
    assert someone["registrant_id"] == patient["registrant_id"]


def test_an_address_that_proves_the_secret_is_validated(zoom, hook):
    def prove():
        plain = request.get_json()["payload"]["plainToken"]
        proof = hmac.new(b"sandbox-webhook-secret", plain.encode(), hashlib.sha256).hexdigest()
        return {"plainToken": plain, "encryptedToken": proof}

    hook.respond = prove

    assert zoom.do("validate_url")["happened"] == "validated"
    headers, raw, _ = hook.got[0]
    message = f"v0:{headers['X-Zm-Request-Timestamp']}:".encode() + raw
    right = hmac.new(b"sandbox-webhook-secret", message, hashlib.sha256).hexdigest()
    assert headers["X-Zm-Signature"] == f"v0={right}"


@pytest.mark.parametrize("answer", ["", {"plainToken": "x"}, {"plainToken": "x", "encryptedToken": "y"}])
def test_an_address_without_the_proof_is_not_validated(zoom, hook, answer):
    hook.respond = lambda: answer

    assert zoom.sim({"do": "validate_url"}, status=422)[0]["ok"] is False


def test_a_drain_says_when_time_ran_out(zoom, hook):
    zoom.broken("delay_webhooks", seconds=600)
    zoom.create()

    assert zoom.drain(seconds=0.1) == {"drained": True, "waiting": 1}
    zoom.later(minutes=11)
    assert zoom.drain()["drained"] is True
    assert hook.events == ["meeting.created"]
