"""Small servers to keep running: one that answers, and one whose child holds the port."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.run.parts import Part
from tests import ports

SERVER = """
import http.server, os, subprocess, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = str(os.getpid()).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *args):
        pass
if len(sys.argv) > 2:
    child = subprocess.Popen([sys.executable, __file__, sys.argv[1]])
    child.wait()
else:
    http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""


@pytest.fixture
def free_port() -> int:
    return ports.free_port()


@pytest.fixture
def a_part(tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Part]:
    """Makes a part that answers its process id; ``by_a_child`` puts a process between."""
    (tmp_path / "answering.py").write_text(SERVER)
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}

    def make(by_a_child: bool = False) -> Part:
        arguments = ("answering", str(free_port), *(["child"] if by_a_child else []))
        return Part("answering", arguments, f"http://127.0.0.1:{free_port}/", environment)

    return make


@pytest.fixture
def soon() -> Callable[[Callable[[], bool], float], bool]:
    """Whether something becomes true within so many seconds."""

    def wait(true: Callable[[], bool], seconds: float) -> bool:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if true():
                return True
            time.sleep(0.05)
        return False

    return wait


@pytest.fixture(scope="session")
def python() -> str:
    return sys.executable
