"""The web application, made from the rooms."""

from pathlib import Path

from flask import Flask, g
from werkzeug.middleware.proxy_fix import ProxyFix

from app.ports import Rooms
from app.services.open_session import was_overtaken
from app.signin.roles import may_tend
from app.web import (
    access_log,
    call_notices,
    chips,
    clocks,
    entry,
    errors_pages,
    languages,
    launch_tape,
    recording_words,
    register,
    security_headers,
    static_files,
    stream,
)
from app.web.csrf import csrf_token
from app.web.current import KEY
from app.web.current import rooms as rooms_of_request
from app.web.ehr_look import ehr_look
from app.web.guards import refuse_unguarded
from app.web.tickets import ticket_for

WEB = Path(__file__).parent / "web"
LARGEST_BODY = 1024 * 1024


def create_app(rooms: Rooms) -> Flask:
    """The WSGI application. Raises Unguarded if a route does not say who may call it."""
    app = Flask(__name__, static_folder=None, template_folder=str(WEB / "templates"))
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    # Two slashes would be answered by a redirect to whatever host the request names.
    app.url_map.merge_slashes = False
    app.extensions[KEY] = rooms
    for part in (
        launch_tape,
        languages,
        access_log,
        entry,
        security_headers,
        errors_pages,
        clocks,
        chips,
        call_notices,
        recording_words,
        static_files,
        stream,
    ):
        part.install(app)
    app.jinja_env.globals.update(
        csrf_token=csrf_token,
        ticket_for=_ticket,
        overtaken=_overtaken,
        tends=_tends,
        own_window=_own_window,
        ehr_look=ehr_look,
    )
    register(app)
    refuse_unguarded(app)
    if proxies := rooms.settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]  # how Flask takes middleware
    return app


def _overtaken() -> bool:
    return was_overtaken(rooms_of_request(), g.session)


def _tends() -> bool:
    return may_tend(g.session.roles)


def _own_window() -> str:
    """Where the same person gets in without the EHR's frame."""
    base, site = rooms_of_request().settings.base_url, g.session.site
    return f"{base}/launch/standalone/{site}" if site else base


def _ticket(visit_id: str, action: str) -> str:
    return ticket_for(g.session, visit_id, action)
