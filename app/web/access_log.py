"""One line and one measurement a request: its route's template, never its path."""

import time

import structlog
from flask import Flask, g, request
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
    # Anybody may make up methods, and each would be counted for itself, for ever.
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(route, method, str(response.status_code)).inc()
    REQUEST_SECONDS.labels(route).observe(seconds)
    if "error_code" in g:
        FAILURES.labels(route, g.error_code).inc()
    if route not in QUIET:
        log.info(
            "request",
            route=route,
            method=method,
            status=response.status_code,
            ms=round(seconds * 1000, 1),
            guard=guard.entry or "none",
            code=g.get("error_code"),
        )
    return response
