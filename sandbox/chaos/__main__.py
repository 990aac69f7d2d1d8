"""``python -m sandbox.chaos``: the run that SEED, VISITS and VISITBRIDGE_DATABASE_URL ask for."""

import os
import shutil
import sys
from pathlib import Path

from sandbox.chaos.run import MORNING, Run
from sandbox.run.addresses import PortsWrong, addresses_from
from sandbox.run.household import Household, PartFailed
from sandbox.run.stopping import interrupt_on_signals
from sandbox.walk.doubles import Doubles
from sandbox.walk.stage import Ways, set_up

FOLDER = Path("var/chaos")
DATABASE = "VISITBRIDGE_DATABASE_URL"
# Silent calls are looked at as often as the compressed time asks for.
OFTEN = {"VISITBRIDGE_POLL_SECONDS": "1"}


def main() -> None:
    """Exit with 0 if everything equals the truth, else with 1."""
    interrupt_on_signals()
    seed, visits = int(os.environ.get("SEED", "7")), int(os.environ.get("VISITS", "200"))
    shutil.rmtree(FOLDER, ignore_errors=True)
    household = Household(FOLDER)
    try:
        at = addresses_from(os.environ)
        database = {name: value for name, value in os.environ.items() if name == DATABASE}
        set_up(household, at, Doubles(), FOLDER, Ways({**OFTEN, **database}, at=f"{MORNING:%H:%M}"))
        sys.exit(0 if Run(at, FOLDER, household, seed, visits).through() else 1)
    except (PortsWrong, PartFailed) as wrong:
        sys.exit(str(wrong))
    finally:
        household.stop()


if __name__ == "__main__":
    main()
