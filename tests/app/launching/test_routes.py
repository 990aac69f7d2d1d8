"""Every route, and what browsers are told about each: the list is `routes.txt`, and it is complete."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from flask import Flask

from app.web.guards import guard_of

LIST = Path(__file__).with_name("routes.txt")
QUIET_METHODS = {"HEAD", "OPTIONS"}
# Versioned by their content, and the keys that EHRs may keep for a while.
KEPT = {"/static/<version>/<name>", "/.well-known/jwks.json"}


class Route(NamedTuple):
    """A row of the list."""

    method: str
    address: str
    guard: str
    frame: str
    form: str


LISTED = [Route(*line.split()) for line in LIST.read_text().splitlines() if not line.startswith("#")]


def served(app: Flask) -> Iterator[Route]:
    for rule in app.url_map.iter_rules():
        guard = guard_of(app.view_functions[rule.endpoint])
        entry = ":".join(part for part in (guard.entry or "", guard.detail) if part)
        for method in (rule.methods or set()) - QUIET_METHODS:
            frame, form = "framed" if guard.framed else "alone", "form" if guard.form else "-"
            yield Route(method, rule.rule, entry, frame, form)


def test_the_list_is_what_is_served(app: Flask) -> None:
    assert sorted(served(app)) == sorted(LISTED)


def asked_by_a_stranger(app: Flask, route: Route) -> Any:
    path = re.sub(r"<[^>]+>", "unknown", route.address)
    return app.test_client().open(path, method=route.method, headers={"Accept": "text/html"})


def directives(answer: Any) -> dict[str, str]:
    policy = answer.headers["Content-Security-Policy"]
    return {name: value for name, _, value in (part.strip().partition(" ") for part in policy.split(";"))}


@pytest.mark.parametrize("route", LISTED, ids=lambda route: f"{route.method} {route.address}")
def test_what_browsers_are_told(app: Flask, route: Route) -> None:
    answer = asked_by_a_stranger(app, route)

    policy = directives(answer)
    assert policy["default-src"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert policy["form-action"] == "'self' https://video.example"
    # A stranger gets an error page at most, which says nothing of anybody and must be seen inside a frame.
    assert policy["frame-ancestors"] == ("*" if route.frame == "framed" else "'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == (
        "no-referrer" if route.guard in ("link", "public") else "same-origin"
    )
    assert "geolocation=()" in answer.headers["Permissions-Policy"]
    if route.address not in KEPT or answer.status_code != 200:
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "route",
    [route for route in LISTED if route.guard != "public"],
    ids=lambda route: f"{route.method} {route.address}",
)
def test_a_stranger_gets_nothing_but_an_error(app: Flask, route: Route) -> None:
    assert 400 <= asked_by_a_stranger(app, route).status_code < 500


@pytest.mark.parametrize(
    "route", [route for route in LISTED if route.form == "form"], ids=lambda route: route.address
)
def test_a_form_of_another_site_does_nothing(app: Flask, route: Route) -> None:
    path = re.sub(r"<[^>]+>", "unknown", route.address)

    answer = app.test_client().post(path, headers={"Origin": "https://evil.example", "Accept": "text/html"})

    assert answer.status_code == 403
    assert re.search(r'data-code="VB-120[26]"', answer.text)
