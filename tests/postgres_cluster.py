"""A PostgreSQL server of a test's own, which it may stop and start."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.world import free_port

ADMIN = "postgres"


class Cluster:
    """A server over a folder of its own, on a port of its own."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self._programs, self._folder = programs, folder
        self.port = free_port()

    def make(self) -> None:
        """Lay it out."""
        self._run("initdb", "-D", str(self._folder / "data"), "-A", "trust", "-U", ADMIN, "-N")

    def start(self) -> None:
        """Start it, and return once it answers."""
        options = f"-p {self.port} -k {self._folder} -c listen_addresses=127.0.0.1 -c max_connections=300"
        self._control("-w", "-l", str(self._folder / "log"), "-o", options, "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it; `immediate` is as good as pulling the plug."""
        self._control("-w", "-m", mode, "stop")

    def freeze(self) -> None:
        """All of it hangs, as on a machine that is paused."""
        self._signal_all(signal.SIGSTOP)

    def wake(self) -> None:
        """It goes on."""
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, number: signal.Signals) -> None:
        postmaster = int((self._folder / "data" / "postmaster.pid").read_text().split()[0])
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        for pid in (postmaster, *map(int, children)):
            os.kill(pid, number)

    def new_database(self) -> str:
        """An empty database; its address."""
        name = f"visitbridge_{secrets.token_hex(4)}"
        url = make_url(f"postgresql+psycopg://{ADMIN}@127.0.0.1:{self.port}/postgres")
        server = create_engine(url, isolation_level="AUTOCOMMIT")
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        server.dispose()
        return url.set(database=name).render_as_string(hide_password=False)

    def _control(self, *arguments: str) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), *arguments)

    def _run(self, program: str, *arguments: str) -> None:
        # It refuses to run as root.
        as_owner = ["runuser", "-u", ADMIN, "--"] if os.getuid() == 0 else []
        out = subprocess.DEVNULL
        command = [*as_owner, str(self._programs / program), *arguments]
        subprocess.run(command, check=True, stdout=out, stderr=out, cwd="/", timeout=90)


@contextmanager
def own_cluster() -> Iterator[Cluster]:
    """A running server, until the block ends. Skips where PostgreSQL's programs are not installed."""
    programs = _programs()
    if programs is None:
        pytest.skip("no initdb and pg_ctl on this machine: install PostgreSQL's server")
    folder = Path(tempfile.mkdtemp(prefix="visitbridge-pg."))
    if os.getuid() == 0:
        shutil.chown(folder, ADMIN)
    cluster = Cluster(programs, folder)
    try:
        cluster.make()
        cluster.start()
        yield cluster
    finally:
        if (folder / "data" / "postmaster.pid").exists():
            cluster.wake()
            cluster.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)


def _programs() -> Path | None:
    """Debian keeps them in a folder for each version, the newest last."""
    versions = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    found = [*sorted(versions, key=lambda path: float(path.parts[-3])), shutil.which("initdb")]
    return next((Path(one).resolve().parent for one in found[::-1] if one), None)
