"""Processes killed and tokens spoiled at random moments; the household starts again what it keeps."""

import os
import random
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from sandbox.chaos.faults import spoil_tokens
from sandbox.run.addresses import Addresses
from sandbox.run.household import Household

BETWEEN = (4.0, 12.0)
TOKENS = ("expire_tokens", "revoke_tokens")


@contextmanager
def disturbing(
    household: Household, at: Addresses, parts: Sequence[str], seed: int
) -> Iterator[dict[str, int]]:
    """Until the block ends; the answer counts what was done. Any of the parts may be killed while it is up.

    One that is killed again while it starts would never work: that would tell of the machine alone.
    """
    dice, stopped, done = random.Random(seed), threading.Event(), dict[str, int]()  # noqa: S311

    def disturb() -> None:
        while not stopped.wait(dice.uniform(*BETWEEN)):
            what = dice.choice((*parts, *parts, *TOKENS))
            if what in TOKENS:
                spoil_tokens(at, what)
            elif household.answers(what):
                os.killpg(household.pid(what), signal.SIGKILL)
            else:
                continue
            done[what] = done.get(what, 0) + 1

    thread = threading.Thread(target=disturb, name="disturber", daemon=True)
    thread.start()
    try:
        yield done
    finally:
        stopped.set()
        thread.join()
