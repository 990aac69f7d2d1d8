"""Putting the room together for one Zoom account."""

import requests

from zoom_bridge.api import ZoomApi
from zoom_bridge.auth import AccountTokens, ZoomApp
from zoom_bridge.client import ZoomClient
from zoom_bridge.ports import Clock, QuotaBook, RateGate, TokenStore
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
) -> ZoomClient:
    """Zoom's operations on the app's account. Nothing is sent yet."""
    wire = Wire(session, clock, timeout)
    tokens = AccountTokens(wire, app, store, clock)
    return ZoomClient(ZoomApi(wire, app.api_url, tokens, gate), quota, clock)
