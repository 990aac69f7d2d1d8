"""``python -m sandbox.clinic_day``: the day that SEED, PATIENTS, HOSTS, PLAN and PACE ask for."""

import os
import shutil
import sys
from pathlib import Path

from sandbox.clinic_day.cast import MOST_HOSTS, MOST_PATIENTS, patients, providers
from sandbox.clinic_day.day import MORNING, Day
from sandbox.run.addresses import PortsWrong, addresses_from
from sandbox.run.household import Household, PartFailed
from sandbox.run.stopping import interrupt_on_signals
from sandbox.walk.doubles import Doubles
from sandbox.walk.report import StepFailed
from sandbox.walk.stage import Ways, set_up
from sandbox.zoom.plans import PLANS
from sandbox.zoom.rest.meetings import HOST_DAY

FOLDER = Path("var/clinic-day")
DATABASE = "VISITBRIDGE_DATABASE_URL"


def main() -> None:
    """Exit with 0 if everything equals the truth, else with 1."""
    interrupt_on_signals()
    seed, count, hosts = (
        _number("SEED", 7, 10**9),
        _number("PATIENTS", 30, MOST_PATIENTS),
        _number("HOSTS", 5, MOST_HOSTS),
    )
    plan, pace = os.environ.get("PLAN") or "pro", os.environ.get("PACE") or "compressed"
    host_day = _number("HOST_DAY", HOST_DAY, HOST_DAY)
    if plan not in PLANS or pace not in ("compressed", "real"):
        sys.exit(f"PLAN is one of {', '.join(PLANS)}; PACE is compressed or real.")
    shutil.rmtree(FOLDER, ignore_errors=True)
    household = Household(FOLDER)
    try:
        at = addresses_from(os.environ)
        given = {name: value for name, value in os.environ.items() if name == DATABASE}
        set_up(
            household,
            at,
            Doubles(),
            FOLDER,
            Ways({**given, "VISITBRIDGE_ZOOM_PLAN": plan}, at=f"{MORNING:%H:%M}"),
        )
        day = Day(
            at, FOLDER, seed, providers(min(hosts, count)), patients(count), compressed=pace == "compressed"
        )
        sys.exit(0 if day.through(plan, host_day) else 1)
    except (PortsWrong, PartFailed, StepFailed) as wrong:
        sys.exit(str(wrong))
    finally:
        household.stop()


def _number(name: str, usual: int, most: int) -> int:
    asked = os.environ.get(name) or str(usual)
    if not asked.isdecimal() or not 1 <= int(asked) <= most:
        sys.exit(f"{name} is a number from 1 to {most}.")
    return int(asked)


if __name__ == "__main__":
    main()
