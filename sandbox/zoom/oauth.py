"""The token endpoint for a Server-to-Server app.

https://developers.zoom.us/docs/internal-apps/s2s-oauth/
"""

import base64
import binascii
import hmac
import secrets
from datetime import datetime, timedelta

from flask import Flask, Response, jsonify, make_response, request

from sandbox.zoom.marketplace import APP_SCOPES
from sandbox.zoom.oauth_time import real_time
from sandbox.zoom.operations import GRANTED
from sandbox.zoom.state import AccessToken
from sandbox.zoom.world import World

TOKEN_LIFE = timedelta(hours=1)
ANSWERED_SECONDS = 3599
KNOWN_PARAMETERS = {"grant_type", "account_id"}


class TokenRefused(Exception):
    """A refused token request: OAuth's error, Zoom's code and reason."""

    def __init__(self, error: str, code: int, reason: str) -> None:
        super().__init__(reason)
        self.body = {"error": error, "reason": reason, "code": code, "message": reason}


def install_oauth(app: Flask, world: World) -> None:
    """Serve ``POST /oauth/token``."""

    def token() -> Response:
        try:
            _check_client(world)
            _check_grant(world)
        except TokenRefused as refused:
            return make_response(jsonify(refused.body), 400)
        with world.lock:
            answer = _issue(world)
        world.snapshot.touch()
        return jsonify(answer)

    app.add_url_rule("/oauth/token", "token", token, methods=["POST"])


def _issue(world: World) -> dict[str, object]:
    now = real_time()
    _drop_old(world, now)
    dropped = (world.switches.details("drop_scope") or {}).get("scope")
    scopes = [scope for scope in (*GRANTED, *APP_SCOPES) if scope != dropped]
    value = secrets.token_urlsafe(48)
    world.state.tokens[value] = AccessToken(now + TOKEN_LIFE, scopes)
    return {
        "access_token": value,
        "token_type": "bearer",
        "expires_in": ANSWERED_SECONDS,
        "scope": " ".join(scopes),
        "api_url": world.config.base_url,
    }


def _drop_old(world: World, now: datetime) -> None:
    """Forget tokens a day after their end; until then they are known as expired."""
    kept = {
        value: token for value, token in world.state.tokens.items() if token.expires > now - timedelta(days=1)
    }
    world.state.tokens = kept


def _check_client(world: World) -> None:
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        client, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        client = secret = ""
    right = hmac.compare_digest(secret.encode(), world.config.client_secret.encode())
    if kind.lower() != "basic" or client != world.config.client_id or not right:
        raise TokenRefused("invalid_client", 4702, "Invalid client_id or client_secret")


def _check_grant(world: World) -> None:
    parameters = {**request.args.to_dict(), **request.form.to_dict()}
    if "grant_type" not in parameters or set(parameters) - KNOWN_PARAMETERS:
        raise TokenRefused("invalid_request", 4706, "Missing grant or unknown parameter")
    if parameters["grant_type"] != "account_credentials":
        raise TokenRefused("unsupported_grant_type", 4705, "Unsupported grant type")
    if parameters.get("account_id") != world.config.account_id:
        raise TokenRefused("invalid_request", 4706, "Bad account_id")
