"""Proof that Zoom sent a webhook."""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoom_bridge.errors import ForgedSignature, NotAuthentic, StaleSignature
from zoom_bridge.secret import Secret
from zoom_bridge.signature import url_validation_answer, verify

SECRET = Secret("webhook-secret-1")
NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)
BODY = '{"event":"meeting.started","payload":{"object":{"topic":"Zoë · 你好"}}}'.encode()


def stamp(moment=NOW):
    return str(int(moment.timestamp()))


def sign(body=BODY, timestamp=None, secret=SECRET):
    message = b"v0:" + (timestamp or stamp()).encode() + b":" + body
    return "v0=" + hmac.new(secret.reveal().encode(), message, hashlib.sha256).hexdigest()


def test_a_signature_over_the_exact_bytes_is_proof():
    verify(SECRET, stamp(), sign(), BODY, NOW)


def test_a_signature_computed_by_openssl_is_proof():
    # printf 'v0:1772636400:{"event":"meeting.ended"}' | openssl dgst -sha256 -hmac webhook-secret-1
    signature = "v0=dcddffaac62fea4d661c65f04a726b1a15670f328642543449d3fc2bbd397838"

    verify(SECRET, "1772636400", signature, b'{"event":"meeting.ended"}', NOW)


@pytest.mark.parametrize(
    ("timestamp", "signature", "body"),
    [
        (stamp(), sign(), BODY + b" "),
        (stamp(), sign(), BODY.replace(b"started", b"ended")),
        (stamp(), sign(secret=Secret("another")), BODY),
        (stamp(), sign()[3:], BODY),
        (stamp(), sign().upper(), BODY),
        (stamp(), "", BODY),
        ("", sign(), BODY),
        (stamp(NOW + timedelta(seconds=1)), sign(), BODY),
        (stamp(), "v0=é", BODY),
    ],
)
def test_anything_else_is_forged(timestamp, signature, body):
    with pytest.raises(ForgedSignature):
        verify(SECRET, timestamp, signature, body, NOW)


@pytest.mark.parametrize("off", [timedelta(hours=6), -timedelta(hours=6), timedelta(minutes=85)])
def test_six_hours_off_either_way_is_still_proof(off):
    signed_at = stamp(NOW - off)

    verify(SECRET, signed_at, sign(timestamp=signed_at), BODY, NOW)


@pytest.mark.parametrize("off", [timedelta(hours=6, seconds=1), -timedelta(hours=6, seconds=1)])
def test_more_than_six_hours_off_is_stale(off):
    signed_at = stamp(NOW - off)

    with pytest.raises(StaleSignature):
        verify(SECRET, signed_at, sign(timestamp=signed_at), BODY, NOW)


@pytest.mark.parametrize("timestamp", ["now", "1e9", "-1", "１７７２６３６４００", "9" * 400, ""])
def test_a_signed_timestamp_that_is_none_is_refused(timestamp):
    with pytest.raises(NotAuthentic):
        verify(SECRET, timestamp, sign(timestamp=timestamp) if timestamp else "v0=", BODY, NOW)


@given(st.text(), st.text(), st.binary())
def test_whatever_comes_is_refused_without_another_error(timestamp, signature, body):
    with pytest.raises(NotAuthentic):
        verify(SECRET, timestamp, signature, body, NOW)


def test_the_challenge_is_answered_with_its_own_token_signed():
    answer = url_validation_answer(SECRET, "qgg8vlvZRS6UYooatFL8Aw")

    # printf qgg8vlvZRS6UYooatFL8Aw | openssl dgst -sha256 -hmac webhook-secret-1
    expected = "e96385ac79aefe7641284d2875a20f744390c80e16e657b1b975e216c75cc633"
    assert answer == {"plainToken": "qgg8vlvZRS6UYooatFL8Aw", "encryptedToken": expected}
