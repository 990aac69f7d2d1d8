"""The door of every route: its guard's checks, in one order, before the route runs."""

from collections.abc import Callable
from typing import Any, cast

from flask import Flask, current_app, g, request
from werkzeug.exceptions import BadRequest, NotFound

from app.crypto import digest
from app.errors.session import SessionUnknown
from app.services.open_session import check_tending, check_visit, open_session, open_session_by_ticket
from app.signin.roles import Level
from app.web.cookies import browser_hash, browser_token
from app.web.csrf import check_form, check_origin
from app.web.current import rooms
from app.web.guards import SAFE, Guard, guard_of
from app.web.tickets import FIELD, check_ticket


def install(app: Flask) -> None:
    """Check every request."""
    app.before_request(_enter)


def _enter() -> None:
    if request.endpoint is None:
        return
    guard = guard_of(current_app.view_functions[request.endpoint])
    g.guard = guard
    args: dict[str, Any] = request.view_args or {}
    if any("\0" in str(part) for part in args.values()):
        # No name of ours has one, and PostgreSQL cannot even be asked for it.
        raise NotFound
    if guard.entry is not None:
        _ENTRIES[guard.entry](guard, args)
    if guard.form and request.method not in SAFE:
        check_origin(link=guard.entry in ("link", "public"))
        check_form()
        if any("\0" in value for values in request.form.listvalues() for value in values):
            raise BadRequest


def _anybody(guard: Guard, args: dict[str, Any]) -> None:
    g.form_subject = f"public:{digest(args.get('token', ''))}:{digest(browser_token())}"


def _by_vendor(guard: Guard, args: dict[str, Any]) -> None:
    """Nothing: the use case proves the body."""


def _by_link(guard: Guard, args: dict[str, Any]) -> None:
    g.form_subject = f"link:{digest(args['token'])}"


def _by_session(guard: Guard, args: dict[str, Any]) -> None:
    g.session = open_session(rooms(), args["sid"], browser_hash(), touch=not guard.asleep)
    g.form_subject = f"session:{args['sid']}:{browser_hash()}"


def _by_visit(guard: Guard, args: dict[str, Any]) -> None:
    _by_session(guard, args)
    check_visit(rooms(), g.session, args["visit_id"], cast(Level, guard.detail))


def _by_tending(guard: Guard, args: dict[str, Any]) -> None:
    _by_session(guard, args)
    check_tending(g.session, args.get("ehr"))


def _by_ticket(guard: Guard, args: dict[str, Any]) -> None:
    check_origin(link=False)
    check_ticket(request.form.get(FIELD, ""), args["sid"], args["visit_id"], guard.detail)
    g.session = open_session_by_ticket(rooms(), args["sid"])
    check_visit(rooms(), g.session, args["visit_id"], "act")


def _by_browser(guard: Guard, args: dict[str, Any]) -> None:
    found = browser_hash()
    if found is None:
        raise SessionUnknown
    g.browser_hash = found
    g.form_subject = f"browser:{found}"


_ENTRIES: dict[str, Callable[[Guard, dict[str, Any]], None]] = {
    "public": _anybody,
    "link": _by_link,
    "session": _by_session,
    "visit": _by_visit,
    "tend": _by_tending,
    "ticket": _by_ticket,
    "browser": _by_browser,
    "vendor": _by_vendor,
}
