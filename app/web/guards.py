"""Who may call a route, said beside it. A route without a guard stops the start."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

from flask import Flask

from app.signin.roles import Level

View = TypeVar("View", bound=Callable[..., Any])
Entry = Literal["public", "session", "visit", "tend", "ticket", "browser", "link", "vendor"]
SAFE = {"GET", "HEAD", "OPTIONS"}
_MARK = "__visitbridge_guard__"


@dataclass(frozen=True)
class Guard:
    """How a route is entered. `detail` is a visit's level or a ticket's action."""

    entry: Entry | None = None
    detail: str = ""
    framed: bool = False  # may stand in the frame of the site's EHR
    form: bool = False  # changes need a form token
    asleep: bool = False  # asking keeps no session alive


class Unguarded(Exception):
    """Routes lack a guard, or take changes without a form token."""


def public(view: View) -> View:
    """Anybody, and never in a frame."""
    return _mark(view, entry="public")


def framed(view: View) -> View:
    """May stand in the frame of the site's EHR."""
    return _mark(view, framed=True)


def needs_session(view: View) -> View:
    """A live session of this browser, named by `sid` in the path. Sets `g.session`. May be framed."""
    return _mark(view, entry="session", framed=True)


def keeps_nobody_awake(view: View) -> View:
    """The page asks by itself: it is no sign of a person, and a session may end meanwhile."""
    return _mark(view, asleep=True)


def needs_visit(level: Level) -> Callable[[View], View]:
    """As `needs_session`, and the session may see, or act on, `visit_id` in the path."""
    return lambda view: _mark(view, entry="visit", detail=level, framed=True)


def needs_tending(view: View) -> View:
    """As `needs_session`, and a role that looks after EHRs: after `ehr`, if the path names one."""
    return _mark(view, entry="tend", framed=True)


def needs_ticket(action: str) -> Callable[[View], View]:
    """No cookie: a form field `ticket` for `sid`, `visit_id` and this action. Sets `g.session`."""
    return lambda view: _mark(view, entry="ticket", detail=action)


def needs_browser(view: View) -> View:
    """A browser that we know. Sets `g.browser_hash`."""
    return _mark(view, entry="browser")


def needs_link(view: View) -> View:
    """The path's `token` is the authority. The use case refuses one that it does not know."""
    return _mark(view, entry="link")


def needs_csrf(view: View) -> View:
    """Changes need the page's form token (`csrf_token()`), from our own origin."""
    return _mark(view, form=True)


def signed_by_vendor(view: View) -> View:
    """The raw body is signed. The use case proves it."""
    return _mark(view, entry="vendor")


def guard_of(view: Callable[..., Any]) -> Guard:
    """How this view is entered."""
    found: Guard = getattr(view, _MARK, Guard())
    return found


def refuse_unguarded(app: Flask) -> None:
    """Raise Unguarded if any route says nothing of who may call it."""
    faults = []
    for rule in app.url_map.iter_rules():
        guard = guard_of(app.view_functions[rule.endpoint])
        changes = bool((rule.methods or set()) - SAFE)
        if guard.entry is None:
            faults.append(f"{rule}: no guard")
        elif changes and not guard.form and guard.entry not in ("ticket", "vendor"):
            faults.append(f"{rule}: takes changes without @needs_csrf")
    if faults:
        raise Unguarded("; ".join(faults))


def _mark(view: View, **said: Any) -> View:
    before = guard_of(view)
    if said.get("entry") and before.entry:
        raise Unguarded(f"{view.__name__} has two guards")
    setattr(view, _MARK, replace(before, **said))
    return view
