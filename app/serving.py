"""gunicorn, started from here: one process, threads, nothing of ours before the fork."""

import ctypes
import signal
import sys
from collections.abc import Callable
from typing import Any

import structlog
from flask import Flask
from gunicorn.app.base import BaseApplication

from app.factory import create_app
from app.jobs.pump import Pump
from app.logs import without_texts
from app.ports import Rooms
from app.rooms import compose
from app.services.readiness import missing_for_work
from app.settings import Settings
from app.sites import sharing_a_callback

THREADS = 256
PR_SET_PDEATHSIG = 1


def make_application(settings: Settings) -> Flask:
    """The web application, and beside it the pump, which ends with the process."""
    rooms = compose(settings)
    _warn(rooms)
    Pump(rooms).start()
    return create_app(rooms)


def _warn(rooms: Rooms) -> None:
    """What goes on all the same, and should not stay so."""
    log = structlog.get_logger()
    if "schema" in missing_for_work(rooms):
        log.warning("database_not_migrated", hint="run python -m app migrate")
    for name in sharing_a_callback(rooms.sites.all()):
        log.warning("ehr_shares_its_callback", site=name, hint="set own_callback in its file")


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn publishes no types
    """Serves the application that `make` gives, made in the worker so that its threads live there."""

    def __init__(self, make: Callable[[], Flask], host: str, port: int) -> None:
        self._make = make
        self._bind = f"{host}:{port}"
        super().__init__()

    def load_config(self) -> None:
        """The settings of the server: they are ours, not the command line's."""
        for name, value in {
            "bind": self._bind,
            "worker_class": "gthread",
            "workers": 1,
            "threads": THREADS,
            "worker_connections": 2000,
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

    def load(self) -> Flask:
        """The application."""
        return self._make()


def _begin_worker(_server: Any, worker: Any) -> None:
    """gunicorn logs requests that it cannot read, and those that broke, with all that stands in them."""
    without_texts(worker.log.error_log)
    _die_with_parent()


def _die_with_parent() -> None:
    """Leave no worker behind on the port when the parent is killed: the next start needs it at once."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _say_ready(_server: Any) -> None:
    structlog.get_logger().info("listening")
