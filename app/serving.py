"""gunicorn, started from here: one process, nothing of ours before the fork."""

import ctypes
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from flask import Flask
from gunicorn.app.base import BaseApplication

from app.events import MOST_OPEN, Events
from app.factory import create_app
from app.jobs.pump import Pump
from app.logs import without_texts
from app.rooms import compose
from app.settings import Settings
from app.start_warnings import warn_at_start
from app.store.one_process import one_process

# An application of either kind: WSGI or ASGI.
Application = Callable[..., Any]
THREADS = 256
WEB = {"worker_class": "gthread", "threads": THREADS, "worker_connections": 2000}
EVENTS = {
    "worker_class": "asgi",
    "worker_connections": 2 * MOST_OPEN,
    "asgi_loop": "asyncio",
    "asgi_lifespan": "off",
    # A page that is gone has nothing left to write.
    "asgi_disconnect_grace_period": 0,
}
PR_SET_PDEATHSIG = 1
# Python's own 5 ms are long for a thread that has held the database's lock since before it waited its turn.
SWITCH_SECONDS = 0.0005


def make_application(settings: Settings, *, with_jobs: bool = True) -> Flask:
    """The web application, and beside it the pump, which ends with the process.

    Raises AlreadyServed where another process has the SQLite file.
    """
    one_process(settings.database_url).hold()
    rooms = compose(settings)
    warn_at_start(rooms)
    if with_jobs:
        Pump(rooms).start()
    return create_app(rooms)


def make_events(settings: Settings) -> Events:
    """The event streams alone."""
    _allow_files(2 * MOST_OPEN)
    rooms = compose(settings)
    warn_at_start(rooms)
    return Events(rooms)


def _allow_files(count: int) -> None:
    """Each page is a file to the system, which allows few of them at first."""
    few, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if few != resource.RLIM_INFINITY and few < count:
        wanted = count if most == resource.RLIM_INFINITY else min(count, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn publishes no types
    """Serves the application that `make` gives, made in the worker so that its threads live there."""

    def __init__(
        self, make: Callable[[], Application], host: str, port: int, kind: Mapping[str, Any] = WEB
    ) -> None:
        self._make = make
        self._bind = f"{host}:{port}"
        self._kind = kind
        super().__init__()

    def load_config(self) -> None:
        """The settings of the server: they are ours, not the command line's."""
        for name, value in {
            **self._kind,
            "bind": self._bind,
            "workers": 1,
            "keepalive": 30,
            # Some EHRs put whole JWTs into `launch` and `code`.
            "limit_request_line": 8190,
            # Whom to believe is VISITBRIDGE_TRUSTED_PROXIES' to say, see app/factory.py.
            "forwarded_allow_ips": "",
            "timeout": 60,
            "graceful_timeout": 3,
            "accesslog": None,
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_fork": _begin_worker,
            "when_ready": _say_ready,
        }.items():
            self.cfg.set(name, value)

    def load(self) -> Application:
        """The application."""
        return self._make()


def _begin_worker(_server: Any, worker: Any) -> None:
    """gunicorn logs requests that it cannot read, and those that broke, with all that stands in them."""
    without_texts(worker.log.error_log)
    sys.setswitchinterval(SWITCH_SECONDS)
    _die_with_parent()


def _die_with_parent() -> None:
    """Leave no worker behind on the port when the parent is killed: the next start needs it at once."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _say_ready(_server: Any) -> None:
    structlog.get_logger().info("listening")
