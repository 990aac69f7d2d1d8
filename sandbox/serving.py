"""Serves a simulator on loopback: threaded, quiet, gone at once when told to stop."""

import contextlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from types import FrameType

from flask import Flask, request
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

LOOPBACK = "127.0.0.1"


class _Quiet(WSGIRequestHandler):
    """Keeps the terminal for the demo's own lines; ``/_requests`` shows what happened."""

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  # werkzeug's name for it
        """Say nothing."""

    def send_response(self, code: int, message: str | None = None) -> None:
        """The status line alone: a Date is the simulator's to say, by its own clock."""
        self.send_response_only(code, message)


def serve(app: Flask, port: int, on_stop: Callable[[], None] = lambda: None) -> None:
    """Serve until SIGTERM or SIGINT, then call ``on_stop`` and return. Main thread only."""
    stop = threading.Event()

    def _stop(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    with served(app, port):
        stop.wait()
    on_stop()


@contextlib.contextmanager
def served(app: Flask, port: int = 0) -> Iterator[str]:
    """Serve in a thread for as long as the context lasts; yields the base URL. Port 0: a free one."""
    server = make_server(LOOPBACK, port, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=_serve_forever, args=(server,), name="http", daemon=True)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def _serve_forever(server: BaseWSGIServer) -> None:
    server.serve_forever(poll_interval=0.05)


def drop_connection() -> None:
    """Cut the line of the request under way: its caller gets no answer. Only under our own server."""
    line = request.environ.get("werkzeug.socket")
    if isinstance(line, socket.socket):
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)
