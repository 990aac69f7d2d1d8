"""Child processes: started with a log each, started again when they die, stopped to the last one."""

import contextlib
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import requests

from sandbox.run.parts import Part
from sandbox.run.watchdog import Watchdog, signalled

LOOK_EVERY = 0.1
START_SECONDS = 90.0
# Whoever lives less long has not really started.
YOUNG = 10.0
PATIENCE = 5.0
# One that dies over and over is started again ever more slowly, but within two seconds of its end.
SLOWEST_RESTART = 1.5


class PartFailed(Exception):
    """A part did not come up, or a command failed; the message names it and its last lines."""


@dataclass
class _Child:
    part: Part
    process: subprocess.Popen[bytes]
    began: float
    restarts_in_a_row: int = 0
    due: float | None = None


class Household:
    """Keeps parts running. One thread looks after them."""

    def __init__(
        self,
        logs: Path,
        on_restart: Callable[[str, int], None] = lambda name, pid: None,
        slowest_restart: float = SLOWEST_RESTART,
    ) -> None:
        self._logs = logs
        self._on_restart = on_restart
        self._slowest_restart = slowest_restart
        self._children: dict[str, _Child] = {}
        self._lock = threading.RLock()
        self._stopped = threading.Event()
        self._watchdog = Watchdog()
        logs.mkdir(parents=True, exist_ok=True)
        threading.Thread(target=self._look_after, name="household", daemon=True).start()

    def start(self, part: Part) -> None:
        """Start a part; it may not be up yet."""
        with self._lock:
            self._children[part.name] = _Child(part, self._spawn(part), time.monotonic())

    def wait_until_up(self, *names: str, seconds: float = START_SECONDS) -> None:
        """Return once these parts answer. Raises PartFailed."""
        until = time.monotonic() + seconds
        for name in names:
            while not is_up(self._children[name].part.up_url):
                if time.monotonic() > until or self._gave_up(name):
                    raise PartFailed(self._obituary(name))
                time.sleep(LOOK_EVERY)

    def answers(self, name: str) -> bool:
        """Whether a part is up now."""
        return is_up(self._children[name].part.up_url)

    def pid(self, name: str) -> int:
        """The process of a part as it runs now."""
        with self._lock:
            return self._children[name].process.pid

    def run(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Run a command to its end. Raises PartFailed."""
        with self._log(name) as log:
            done = subprocess.run(  # noqa: S603  # our own commands
                command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        if done.returncode:
            raise PartFailed(self._obituary(name))

    def stop(self, patience: float = PATIENCE) -> None:
        """Stop all parts and whatever they started; after so many seconds without ceremony."""
        self._stopped.set()
        with self._lock:
            processes = [child.process for child in self._children.values()]
        for process in processes:
            signalled(process.pid, signal.SIGTERM)
        until = time.monotonic() + patience
        for process in processes:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, until - time.monotonic()))
            signalled(process.pid, signal.SIGKILL)
            process.wait()
        self._watchdog.close()

    def _look_after(self) -> None:
        while not self._stopped.wait(LOOK_EVERY):
            with self._lock:
                for child in self._children.values():
                    if not self._stopped.is_set():
                        self._look_at(child)

    def _look_at(self, child: _Child) -> None:
        now = time.monotonic()
        if child.process.poll() is None:
            return
        if child.due is None:
            # What the dead one started, such as a web server's workers, still holds its port.
            signalled(child.process.pid, signal.SIGKILL)
            self._watchdog.forget(child.process.pid)
            died_young = now - child.began < YOUNG
            child.restarts_in_a_row = child.restarts_in_a_row + 1 if died_young else 0
            child.due = now + min(self._slowest_restart, 0.3 * child.restarts_in_a_row)
        if now >= child.due:
            child.process, child.began, child.due = self._spawn(child.part), now, None
            self._on_restart(child.part.name, child.process.pid)

    def _spawn(self, part: Part) -> subprocess.Popen[bytes]:
        with self._log(part.name) as log:
            process = subprocess.Popen(  # noqa: S603  # our own commands
                part.command,
                env=part.environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        self._watchdog.watch(process.pid)
        return process

    @contextlib.contextmanager
    def _log(self, name: str) -> Iterator[int]:
        with (self._logs / f"{name}.log").open("ab") as log:
            yield log.fileno()

    def _gave_up(self, name: str) -> bool:
        """Whether a part dies each time that it is started."""
        with self._lock:
            return self._children[name].restarts_in_a_row >= 3

    def _obituary(self, name: str) -> str:
        path = self._logs / f"{name}.log"
        lines = path.read_text("utf-8", "replace").splitlines()[-12:] if path.exists() else []
        told = "\n".join(f"    {line}" for line in lines)
        return f"The part '{name}' did not start. The end of {path}:\n{told}"


def is_up(url: str) -> bool:
    """Whether something answers there without an error."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            return session.get(url, timeout=2).ok
        except requests.RequestException:
            return False
