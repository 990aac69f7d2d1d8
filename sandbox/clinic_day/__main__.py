"""``python -m sandbox.clinic_day``: the day that SEED, PATIENTS, HOSTS, PLAN, HOST_DAY and PACE ask for."""

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.clinic_day.cast import MOST_HOSTS, MOST_PATIENTS, patients, providers
from sandbox.clinic_day.day import MORNING, Day
from sandbox.clinic_day.plan import DAY, SHORTEST
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
PACES = ("compressed", "real")


@dataclass(frozen=True)
class Asked:
    """Which day is to be acted out."""

    seed: int
    patients: int
    hosts: int
    plan: str
    host_day: int
    pace: str


def main() -> None:
    """Exit with 0 if everything equals the truth, else with 1."""
    interrupt_on_signals()
    household = Household(FOLDER)
    try:
        wish = asked(os.environ)
        at = addresses_from(os.environ)
        shutil.rmtree(FOLDER, ignore_errors=True)
        given = {name: value for name, value in os.environ.items() if name == DATABASE}
        words = {**given, "VISITBRIDGE_ZOOM_PLAN": wish.plan}
        set_up(household, at, Doubles(), FOLDER, Ways(words, at=f"{MORNING:%H:%M}"))
        cast = providers(min(wish.hosts, wish.patients)), patients(wish.patients)
        day = Day(at, FOLDER, wish.seed, *cast, compressed=wish.pace == "compressed")
        sys.exit(0 if day.through(wish.plan, wish.host_day) else 1)
    except (PortsWrong, PartFailed, StepFailed) as wrong:
        sys.exit(str(wrong))
    except KeyboardInterrupt:
        sys.exit("stopped")
    finally:
        household.stop()


def asked(environment: Mapping[str, str]) -> Asked:
    """What the environment asks for; exits with the sentence to print where that cannot be."""
    found = Asked(
        seed=_number(environment, "SEED", 7, 10**9),
        patients=_number(environment, "PATIENTS", 30, MOST_PATIENTS),
        hosts=_number(environment, "HOSTS", 5, MOST_HOSTS),
        plan=environment.get("PLAN") or "pro",
        host_day=_number(environment, "HOST_DAY", HOST_DAY, HOST_DAY),
        pace=environment.get("PACE") or PACES[0],
    )
    each = DAY // SHORTEST
    if found.patients > found.hosts * each:
        least = -(-found.patients // each)
        sys.exit(f"A provider sees {each} patients a day at most: give HOSTS={least} or more.")
    if found.plan not in PLANS or found.pace not in PACES:
        sys.exit(f"PLAN is one of {', '.join(PLANS)}; PACE is one of {', '.join(PACES)}.")
    return found


def _number(environment: Mapping[str, str], name: str, usual: int, most: int) -> int:
    given = environment.get(name) or str(usual)
    if not given.isdecimal() or not 1 <= int(given) <= most:
        sys.exit(f"{name} is a number from 1 to {most}.")
    return int(given)


if __name__ == "__main__":
    main()
