"""``python -m sandbox.walk``: walk one visit on our simulators, or on doubles that the environment names."""

import os
import sys

from sandbox.run.addresses import PortsWrong, addresses_from
from sandbox.run.household import Household, PartFailed
from sandbox.run.site_files import FlavourUnknown, flavour_from
from sandbox.run.stopping import interrupt_on_signals
from sandbox.walk.doubles import DoublesWrong, doubles_from
from sandbox.walk.report import Report, StepFailed
from sandbox.walk.stage import FOLDER, Ways, set_up, stage_for
from sandbox.walk.visit import Visit


def main() -> None:
    """Exit with 0 after ``visit complete``, with 1 and the failing step otherwise."""
    interrupt_on_signals()
    try:
        _walk()
    except (PortsWrong, PartFailed, DoublesWrong, FlavourUnknown) as wrong:
        sys.exit(str(wrong))
    except KeyboardInterrupt:
        sys.exit("stopped")


def _walk() -> None:
    addresses, doubles, report = addresses_from(os.environ), doubles_from(os.environ), Report()
    visit = Visit(stage_for(addresses, doubles), report, doubles.ehr.context if doubles.ehr else None)

    def say_restarted(name: str, pid: int) -> None:
        visit.restarts += name == "app"
        report.say(f"{name} had died and was started again, pid {pid}")

    household = Household(FOLDER, on_restart=say_restarted)
    try:
        set_up(household, addresses, doubles, ways=Ways(flavour=flavour_from(os.environ)))
        report.say(f"app pid {household.pid('app')}")
        visit.walk()
        report.complete()
    except StepFailed as failed:
        sys.exit(f"visit failed at: {report.step_name}: {failed}")
    finally:
        household.stop()


if __name__ == "__main__":
    main()
