"""A worker: what is due is done, and a small port says whether it is."""

import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import structlog

from app.jobs.pump import Pump
from app.ports import Rooms
from app.rooms import compose
from app.settings import Settings
from app.start_warnings import warn_at_start
from app.vitals import JSON, Sign, vital_sign

log = structlog.get_logger()
# The slowest chore waits for another system, which has a minute at most; then there is the next one.
STUCK_SECONDS = 300.0


def work(settings: Settings, host: str, port: int) -> None:
    """Work until the process is told to stop, and end what is at hand. Raises PortTaken."""
    told_to_stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: told_to_stop.set())
    rooms = compose(settings)
    warn_at_start(rooms)
    pump = Pump(rooms)
    with Vitals(rooms, pump, host, port):
        pump.start()
        log.info("working")
        told_to_stop.wait()
        pump.stop()
    log.info("stopped")


class PortTaken(Exception):
    """Something else listens where the signs of life are to be asked for."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(port)
        self.line = f"--port: {host}:{port} cannot be used: is another worker there? Name a free one"


class Vitals:
    """The port, while the block runs. Raises PortTaken."""

    def __init__(self, rooms: Rooms, pump: Pump, host: str, port: int) -> None:
        try:
            self._server = ThreadingHTTPServer((host, port), _handler(rooms, pump))
        except OSError as taken:
            raise PortTaken(host, port) from taken
        self._server.daemon_threads = True

    def __enter__(self) -> None:
        threading.Thread(target=self._server.serve_forever, name="vitals", daemon=True).start()

    def __exit__(self, *exc: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(rooms: Rooms, pump: Pump) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # its caller's name
            status, kind, body = _sign(rooms, pump, self.path)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # its caller's name
            """Nothing: what is asked for stands in no log."""

    return Handler


def _sign(rooms: Rooms, pump: Pump, path: str) -> Sign:
    if path == "/healthz" and pump.idle_seconds > STUCK_SECONDS:
        return 503, JSON, b'{"status": "stuck"}'
    return vital_sign(rooms, path) or (404, "text/plain", b"")
