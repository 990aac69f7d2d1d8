"""``python -m sandbox.chaos``: the run that SEED, VISITS, KILLS (0: none) and DATABASE_URL ask for."""

import os
import sys
from pathlib import Path

from sandbox.chaos.run import Run
from sandbox.run.addresses import PortsWrong, addresses_from
from sandbox.run.household import PartFailed
from sandbox.run.stopping import interrupt_on_signals

FOLDER = Path("var/chaos")


def main() -> None:
    """Exit with 0 if everything equals the truth, else with 1."""
    interrupt_on_signals()
    given = os.environ
    try:
        run = Run(addresses_from(given), FOLDER, int(given.get("SEED", "7")), int(given.get("VISITS", "200")))
        sys.exit(0 if run.through(given.get("KILLS", "1") != "0", given.get("DATABASE_URL")) else 1)
    except (PortsWrong, PartFailed) as wrong:
        sys.exit(str(wrong))


if __name__ == "__main__":
    main()
