"""What the glass wall shows: each OAuth, FHIR, Zoom and webhook request, tokens and secrets shortened."""

import itertools
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping

from flask import Flask, Response, g, jsonify, request

from sandbox.clock import Clock, instant

KEPT = 2_000
LONGEST = 20_000
READABLE = ("/json", "+json", "/x-www-form-urlencoded", "text/plain")

# FHIR has "code" and "launch" of its own everywhere, so as JSON keys these two are left alone.
_JSON_KEYS = (
    "access_token|refresh_token|id_token|client_secret|client_assertion|token|encrypted_password"
    "|password|h323_password|pstn_password|plainToken|encryptedToken"
)
_FORM_KEYS = (
    "access_token|refresh_token|id_token_hint|client_secret|client_assertion|code_verifier|code|launch|state"
    "|token|zak|tk"
)
_SECRETS = (
    re.compile(rf'("(?:{_JSON_KEYS})"\s*:\s*")([^"]+)'),
    re.compile(rf"((?:^|[?&\s])(?:{_FORM_KEYS})=)([\w.~%+/=-]{{12,}})"),
    re.compile(r"([?&]pwd=)([\w.~%-]+)"),
    re.compile(r"((?:Bearer|Basic)\s+)(\S+)", re.IGNORECASE),
)
_COOKIE = re.compile(r"((?:^|; )[\w-]+=)([^;\s]{12,})")
_SECRET_HEADERS = ("authorization", "cookie", "set-cookie")

System = str
SystemOf = Callable[[str], System | None]


def shortened(text: str) -> str:
    """``text`` with each token, code and password cut to its first characters."""
    for pattern in _SECRETS:
        text = pattern.sub(lambda found: found[1] + _head(found[2]), text)
    return text


def _head(secret: str) -> str:
    return secret[:6] + "…" if len(secret) > 8 else "…"


class Recorder:
    """The last requests of a simulator, oldest first, numbered from 1 without a gap."""

    def __init__(self, clock: Clock, kept: int = KEPT) -> None:
        self._clock = clock
        self._rows: deque[dict[str, object]] = deque(maxlen=kept)
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def record(
        self,
        *,
        system: System,
        method: str,
        path: str,
        status: int,
        seconds: float,
        request_headers: Mapping[str, str],
        request_body: str,
        response_headers: Mapping[str, str],
        response_body: str,
        note: str | None = None,
    ) -> None:
        """Keep one exchange; status 0 says that no answer came."""
        row: dict[str, object] = {
            "at": instant(self._clock.now()),
            "system": system,
            "method": method,
            "path": shortened(path),
            "status": status,
            "ms": round(seconds * 1000, 1),
            "request": {"headers": _shown_headers(request_headers), "body": _shown_body(request_body)},
            "response": {"headers": _shown_headers(response_headers), "body": _shown_body(response_body)},
        }
        if note:
            row["note"] = note
        with self._lock:
            self._rows.append({"n": next(self._numbers), **row})

    def since(self, number: int) -> list[dict[str, object]]:
        """The kept rows whose ``n`` is greater than ``number``."""
        with self._lock:
            return [row for row in self._rows if _number(row) > number]

    def clear(self) -> None:
        """Forget all rows; the numbers go on."""
        with self._lock:
            self._rows.clear()

    def install(self, app: Flask, system_of: SystemOf) -> None:
        """Record each request whose path ``system_of`` gives a system, and serve ``GET /_requests?since=n``.

        A view may explain itself in the row by setting ``g.note``.
        """

        def _begin() -> None:
            g.began = time.perf_counter()
            if system_of(request.path) is not None:
                request.get_data(cache=True)  # parsing a form would use the stream up

        def _end(response: Response) -> Response:
            system = system_of(request.path)
            if system is not None:
                self._record_served(system, response)
            return response

        def _requests() -> Response:
            since = request.args.get("since", 0, type=int)
            return jsonify(self.since(since))

        app.before_request(_begin)
        app.after_request(_end)
        app.add_url_rule("/_requests", "recorded_requests", _requests)

    def _record_served(self, system: System, response: Response) -> None:
        self.record(
            system=system,
            method=request.method,
            path=request.full_path.rstrip("?"),
            status=response.status_code,
            seconds=time.perf_counter() - float(g.get("began", time.perf_counter())),
            request_headers=dict(request.headers),
            request_body=_readable(request.mimetype, request.get_data(cache=True)),
            response_headers=dict(response.headers),
            response_body=_response_text(response),
            note=g.get("note"),
        )


def _number(row: Mapping[str, object]) -> int:
    number = row["n"]
    return number if isinstance(number, int) else 0


def _response_text(response: Response) -> str:
    if response.is_streamed or response.direct_passthrough:
        return f"({response.mimetype}, streamed)"
    return _readable(response.mimetype or "", response.get_data())


def _readable(mimetype: str, body: bytes) -> str:
    if not body:
        return ""
    if mimetype.endswith(READABLE):
        return body.decode("utf-8", "replace")
    return f"({mimetype or 'no type'}, {len(body)} bytes)"


def _shown_body(body: str) -> str:
    text = shortened(body)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def _shown_headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: _shown_header(name, value) for name, value in headers.items()}


def _shown_header(name: str, value: str) -> str:
    if name.lower() in _SECRET_HEADERS:
        return _COOKIE.sub(lambda found: found[1] + _head(found[2]), shortened(value))
    return shortened(value)
