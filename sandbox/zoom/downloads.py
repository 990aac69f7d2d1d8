"""Where recordings are fetched: for whoever brings the token, by way of a redirect that carries its own."""

import hashlib
import hmac
import time
from collections.abc import Iterator

from flask import Flask, Response, jsonify, make_response, redirect, request
from flask.typing import ResponseReturnValue

from sandbox.zoom.oauth_time import real_time
from sandbox.zoom.recordings import FILM
from sandbox.zoom.world import World

PIECE = 32 * 1024


def install_downloads(app: Flask, world: World) -> None:
    """Serve ``/rec/webhook_download/<key>`` and what it leads to."""

    def download(key: str) -> ResponseReturnValue:
        with world.lock:
            if not _opens(world, key):
                return make_response(jsonify(code=124, message="Invalid access token."), 401)
            return redirect(f"{world.config.base_url}/rec/file/{key}?pass={_pass(world, key)}", 302)

    def file(key: str) -> ResponseReturnValue:
        with world.lock:
            if key not in world.state.downloads or request.args.get("pass") != _pass(world, key):
                return make_response("", 403)
            slow = world.switches.use("slow_downloads")
        seconds = slow.get("seconds", 5.0) if slow is not None else 0.0
        answer = Response(_pieces(float(seconds) if isinstance(seconds, int | float) else 5.0))
        answer.headers["Content-Type"] = "video/mp4"
        answer.headers["Content-Length"] = str(len(FILM))
        return answer

    app.add_url_rule("/rec/webhook_download/<key>", "download", download)
    app.add_url_rule("/rec/file/<key>", "recorded_file", file)


def _opens(world: World, key: str) -> bool:
    """The token that came with the address, or the account's own."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    found = world.state.downloads.get(key)
    if found is None or kind.lower() != "bearer":
        return False
    if value == found.token:
        is_over = world.switches.use("expire_downloads") is not None or found.expires <= real_time()
        return not is_over
    token = world.state.tokens.get(value)
    return token is not None and token.expires > real_time()


def _pass(world: World, key: str) -> str:
    return hmac.new(world.state.signing_key.encode(), key.encode(), hashlib.sha256).hexdigest()


def _pieces(seconds: float) -> Iterator[bytes]:
    """All of it, taking so long."""
    count = -(-len(FILM) // PIECE)
    for number in range(count):
        time.sleep(seconds / count)
        yield FILM[number * PIECE : (number + 1) * PIECE]
