"""Signing as the vendor does."""

import hashlib
import hmac

import pytest


@pytest.fixture
def sign(clock):
    """The headers of a signed body."""

    def make(body: bytes) -> dict[str, str]:
        timestamp = str(int(clock.now().timestamp()))
        signed = b":".join((b"v0", timestamp.encode(), body))
        digest = hmac.new(b"webhook-secret", signed, hashlib.sha256).hexdigest()
        return {"x-zm-request-timestamp": timestamp, "x-zm-signature": f"v0={digest}"}

    return make
