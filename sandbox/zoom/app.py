"""The simulated Zoom as a Flask app."""

from flask import Flask
from flask.json.provider import DefaultJSONProvider

from sandbox.clock import SettableClock
from sandbox.zoom.config import ZoomConfig
from sandbox.zoom.control import install_control
from sandbox.zoom.downloads import install_downloads
from sandbox.zoom.oauth import install_oauth
from sandbox.zoom.pages import install_pages
from sandbox.zoom.rest.routes import install_rest
from sandbox.zoom.world import World


def create_app(config: ZoomConfig, clock: SettableClock | None = None) -> Flask:
    """The app, already sending webhooks. Its World is ``app.extensions["zoom"]``; ``close()`` ends it."""
    app = Flask(__name__)
    if isinstance(app.json, DefaultJSONProvider):
        app.json.ensure_ascii = False
        app.json.sort_keys = False
    world = World(config, clock)
    app.extensions["zoom"] = world
    world.recorder.install(app, _system_of)
    install_oauth(app, world)
    install_rest(app, world)
    install_control(app, world)
    install_downloads(app, world)
    install_pages(app, world)
    world.webhooks.start()
    return app


def _system_of(path: str) -> str | None:
    if path.startswith("/oauth/"):
        return "oauth"
    return "zoom" if path.startswith("/v2/") else None
