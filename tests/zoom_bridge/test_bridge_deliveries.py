"""Webhooks at the bridge: proven, challenged, told."""

import hashlib
import hmac
from datetime import timedelta

import pytest

from zoom_bridge.bridge import ZoomBridge
from zoom_bridge.errors import EventMalformed, ForgedSignature, StaleSignature
from zoom_bridge.facts import FactKind
from zoom_bridge.secret import Secret


def delivery(clock, body, *, secret=b"webhook-secret-1", age=timedelta(0)):
    timestamp = str(int((clock.now() - age).timestamp()))
    signature = hmac.new(secret, b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Zm-Request-Timestamp": timestamp, "X-Zm-Signature": f"v0={signature}"}


STARTED = b'{"event":"meeting.started","event_ts":1772636400000,"payload":{"object":{"id":84,"uuid":"r=="}}}'


@pytest.mark.parametrize("body", [STARTED, b'{"event":"meeting.something_new"}', b"{}"])
def test_an_authentic_delivery_is_accepted_whatever_it_tells(bridge, clock, body):
    accepted = bridge.accept(delivery(clock, body), body)

    assert (accepted.kind, accepted.answer) == ("event", None)


def test_a_delivery_tells_its_facts(bridge):
    (fact,) = bridge.facts(STARTED)

    assert (fact.kind, fact.room_id, fact.instance) == (FactKind.STARTED, "84", "r==")


def test_a_challenge_is_answered_at_once(bridge, clock):
    body = b'{"event":"endpoint.url_validation","payload":{"plainToken":"plain"}}'

    accepted = bridge.accept(delivery(clock, body), body)

    signed = hmac.new(b"webhook-secret-1", b"plain", hashlib.sha256).hexdigest()
    assert (accepted.kind, accepted.answer) == (
        "challenge",
        {"plainToken": "plain", "encryptedToken": signed},
    )
    assert bridge.facts(body) == ()


def test_a_challenge_that_zoom_did_not_sign_is_not_answered(bridge, clock):
    body = b'{"event":"endpoint.url_validation","payload":{"plainToken":"v0:1:{}"}}'

    with pytest.raises(ForgedSignature):
        bridge.accept(delivery(clock, body, secret=b"guess"), body)


def test_a_delivery_without_its_headers_is_forged(bridge):
    with pytest.raises(ForgedSignature):
        bridge.accept({}, STARTED)


def test_a_delivery_of_this_morning_is_stale(bridge, clock):
    with pytest.raises(StaleSignature):
        bridge.accept(delivery(clock, STARTED, age=timedelta(hours=7)), STARTED)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"text", b"\xff", b'{"event":"endpoint.url_validation","payload":{}}']
)
def test_an_authentic_delivery_that_is_no_event_is_malformed(bridge, clock, body):
    with pytest.raises(EventMalformed):
        bridge.accept(delivery(clock, body), body)


def test_a_bridge_without_a_webhook_secret_is_not_made(zoom, clock):
    with pytest.raises(ValueError, match="secret"):
        ZoomBridge(zoom, Secret(""), clock)
