"""The programs of a run: started on free ports of loopback, and gone with it."""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.run.watchdog import Watchdog

START_SECONDS, STOP_SECONDS = 30.0, 6.0


class NeverReady(Exception):
    """A program did not answer in time; its log says why."""


class Programs:
    """Starts programs; leaves none behind, even when the run is killed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._watchdog = Watchdog()
        self._running: list[subprocess.Popen[bytes]] = []

    def start(self, name: str, url: str, environment: Mapping[str, str], *command: str) -> int:
        """Run `python -m <command>` until it answers at `url`. Its process group. Raises NeverReady."""
        log = self._folder / f"{name}.log"
        with log.open("wb") as out:
            program = subprocess.Popen(
                [sys.executable, "-m", *command],
                env=dict(environment),
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self._watchdog.watch(program.pid)
        self._running.append(program)
        until = time.monotonic() + START_SECONDS
        while not answers(url):
            if program.poll() is not None or time.monotonic() > until:
                raise NeverReady(f"{name} did not start:\n{log.read_text()[-2000:]}")
            time.sleep(0.05)
        return program.pid

    def stop(self) -> None:
        """Stop all of them."""
        for program in self._running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGTERM)
        for program in self._running:
            _wait_or_kill(program)
            self._watchdog.forget(program.pid)
        self._watchdog.close()


@contextmanager
def programs(folder: Path) -> Iterator[Programs]:
    """Programs that live as long as the context, with their logs in the folder."""
    running = Programs(folder)
    try:
        yield running
    finally:
        running.stop()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(url: str) -> bool:
    """Whether anything answers there, whatever it says."""
    at = urlsplit(url)
    line = http.client.HTTPConnection(at.netloc, timeout=2)
    try:
        line.request("GET", at.path or "/")
        line.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        line.close()
    return True


def _wait_or_kill(program: subprocess.Popen[bytes]) -> None:
    try:
        program.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(program.pid, signal.SIGKILL)
        program.wait()
