"""Putting the room together for one Zoom account."""

import requests

from zoom_bridge.api import ZoomApi
from zoom_bridge.auth import AccountTokens, ZoomApp
from zoom_bridge.client import ZoomClient
from zoom_bridge.ports import Clock, QuotaBook, RateGate, TokenStore, Told
from zoom_bridge.wire import TIMEOUT, Timeout, Wire


def connect(
    session: requests.Session,
    app: ZoomApp,
    *,
    store: TokenStore,
    gate: RateGate,
    quota: QuotaBook,
    clock: Clock,
    timeout: Timeout = TIMEOUT,
    told: Told | None = None,
) -> ZoomClient:
    """Zoom's operations on the app's account. Nothing is sent yet. `told` hears how each call ends."""
    wire = Wire(session, clock, timeout)
    tokens = AccountTokens(wire, app, store, clock)
    return ZoomClient(ZoomApi(wire, app.api_url, tokens, gate, told), quota, clock)
