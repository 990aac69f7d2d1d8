"""Free ports of this machine, none of them given twice, nor to two workers of one run."""

import os
import random
import socket
from collections.abc import Iterable

from sandbox.run.addresses import SMTP_AWAY

# Below those that systems give to outgoing connections, one of which could take a port before its server.
FIRST, END = 12_000, 32_000
# What the parts of a demo take, from the first on.
OF_A_DEMO = (0, 1, 2, 3, SMTP_AWAY)


class Share:
    """The ports of this worker, handed out in order from a random one on."""

    def __init__(self, worker: int, workers: int) -> None:
        self._size = (END - FIRST) // workers
        self._first = FIRST + worker * self._size
        self._at = random.randrange(self._size)

    def take(self, width: int) -> int:
        """The first of so many neighbours that were not given before."""
        if self._at + width > self._size:
            self._at = 0
        self._at += width
        return self._first + self._at - width


def free_port() -> int:
    """A free port."""
    return free_block((0,))


def free_block(away: Iterable[int] = OF_A_DEMO) -> int:
    """A free port of which those so far away are free too."""
    wanted = tuple(away)
    while True:
        base = _share().take(max(wanted) + 1)
        if all(_is_free(base + one) for one in wanted):
            return base


_shares: list[Share] = []


def _share() -> Share:
    if not _shares:
        # Set by pytest-xdist in each of its workers.
        worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
        _shares.append(Share(int(worker), int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))))
    return _shares[0]


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
