"""One line and one measurement a request: its route's template, never its path."""

import time
from functools import cache

import structlog
from flask import Flask, g, request
from prometheus_client import Counter, Histogram
from werkzeug.wrappers import Response

from app.metrics import FAILURES, REQUEST_SECONDS, REQUESTS
from app.web.guards import Guard

log = structlog.get_logger()
QUIET = {"/healthz", "/readyz", "/metrics"}
METHODS = {"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}


def install(app: Flask) -> None:
    """Time every request."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.began = time.perf_counter()


def _end(response: Response) -> Response:
    route = request.url_rule.rule if request.url_rule else "<unmatched>"
    seconds = time.perf_counter() - g.get("began", time.perf_counter())
    guard: Guard = g.get("guard") or Guard()
    code = g.get("error_code")
    note_request(route, request.method, response.status_code, seconds, guard.entry or "none", code)
    return response


def note_request(
    route: str, method: str, status: int, seconds: float, guard: str, code: str | None = None
) -> None:
    """Count and log an answer, by its route's template; `code` of the error that it told."""
    # Anybody may make up methods, and each would be counted for itself, for ever.
    method = method if method in METHODS else "other"
    _answered(route, method, status).inc()
    _seconds(route).observe(seconds)
    if code is not None:
        FAILURES.labels(route, code).inc()
    if route not in QUIET:
        log.info(
            "request",
            route=route,
            method=method,
            status=status,
            ms=round(seconds * 1000, 1),
            guard=guard,
            code=code,
        )


@cache
def _answered(route: str, method: str, status: int) -> Counter:
    """Finding a counter by its labels costs more than counting."""
    return REQUESTS.labels(route, method, str(status))


@cache
def _seconds(route: str) -> Histogram:
    return REQUEST_SECONDS.labels(route)
