"""Zoom's webhook signature and the proof of an endpoint.

https://developers.zoom.us/docs/api/webhooks/#verify-webhook-events
"""

import hashlib
import hmac


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """The ``x-zm-signature`` of exactly these bytes."""
    return "v0=" + _hmac(secret, b"v0:%d:%s" % (timestamp, body))


def url_proof(secret: str, plain_token: str) -> str:
    """The ``encryptedToken`` that an endpoint must answer."""
    return _hmac(secret, plain_token.encode())


def _hmac(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()
