"""Proof that Zoom sent a webhook. https://developers.zoom.us/docs/api/webhooks/#verify-webhook-events"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta

from zoom_bridge.errors import ForgedSignature, StaleSignature
from zoom_bridge.secret import Secret

# The second is of older deliveries.
REQUEST_ID_HEADERS = ("x-zm-request-id", "x-zm-trackingid")
TIMESTAMP_HEADER = "x-zm-request-timestamp"
SIGNATURE_HEADER = "x-zm-signature"
# Zoom tries again for 85 minutes, and does not say whether it signs anew.
WINDOW = timedelta(hours=6)
LONGEST_TIMESTAMP = 12


def verify(secret: Secret, timestamp: str, signature: str, raw_body: bytes, now: datetime) -> None:
    """Prove the exact bytes received. Raises ForgedSignature, or StaleSignature six hours off `now`."""
    signed = b":".join((b"v0", timestamp.encode("utf-8", "replace"), raw_body))
    expected = f"v0={_hmac(secret, signed)}"
    if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "replace")):
        raise ForgedSignature
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= LONGEST_TIMESTAMP):
        raise ForgedSignature
    if abs(now.timestamp() - int(timestamp)) > WINDOW.total_seconds():
        raise StaleSignature


def url_validation_answer(secret: Secret, plain_token: str) -> Mapping[str, str]:
    """What proves to Zoom that this address holds the secret.

    Only for a challenge that was itself verified: signing text for anybody would be lending them the secret.
    https://developers.zoom.us/docs/api/webhooks/#validate-your-webhook-endpoint
    """
    token = plain_token.encode("utf-8", "replace")
    return {"plainToken": plain_token, "encryptedToken": _hmac(secret, token)}


def _hmac(secret: Secret, message: bytes) -> str:
    return hmac.new(secret.reveal().encode(), message, hashlib.sha256).hexdigest()
