"""The demo: the whole clinic in a box, until it is told to stop."""

import contextlib
import os
import sys
import threading
import webbrowser
from collections.abc import Mapping
from pathlib import Path

from sandbox.run.addresses import Addresses, addresses_from, refuse_taken
from sandbox.run.demo_keys import demo_keys
from sandbox.run.environment import demo_environment
from sandbox.run.first_launches import first_launches
from sandbox.run.household import Household
from sandbox.run.parts import app_part, ehr_part, messages_part, zoom_part
from sandbox.run.site_files import flavour_from, write_site_file
from sandbox.run.stopping import interrupt_on_signals
from sandbox.run.welcome import welcome

FOLDER = Path("var/demo")
LOOK_EVERY = 0.5


def run_demo(environment: Mapping[str, str], folder: Path = FOLDER, stop_with_parent: bool = False) -> None:
    """Start everything, say where, and stop everything on SIGINT, SIGTERM or SIGHUP.

    Raises PortsWrong where a port is taken and PartFailed where a part does not come up.
    """
    addresses = addresses_from(environment)
    refuse_taken(ports_of(addresses))
    stop = interrupt_on_signals()
    household = Household(folder, on_restart=_say_restarted)
    try:
        start_all(household, addresses, environment, folder)
        _say(welcome(addresses, list(first_launches(addresses)), f"{folder}/*.log"))
        _open_browser(f"{addresses.ehr}/", environment)
        _wait(stop, os.getppid() if stop_with_parent else None)
    finally:
        _say("  Stopping …")
        household.stop()


def start_all(household: Household, addresses: Addresses, given: Mapping[str, str], folder: Path) -> None:
    """Bring up the simulators, the database and the app. Raises PartFailed."""
    environment = demo_environment(given, addresses, folder, demo_keys(folder))
    flavour = flavour_from(given)
    write_site_file(folder / "ehr", addresses, flavour)
    state = folder.resolve()
    household.start(ehr_part(addresses, environment, state, flavour=flavour))
    household.start(zoom_part(addresses, environment, state, addresses.clock))
    household.start(messages_part(addresses, environment, state, addresses.clock))
    household.run("migrate", [sys.executable, "-m", "app", "migrate"], environment)
    household.wait_until_up("ehr")
    household.start(app_part(addresses, environment))
    household.wait_until_up("zoom", "messages", "app")


def ports_of(addresses: Addresses) -> dict[str, int]:
    """What needs which port."""
    return {
        "app": addresses.base,
        "sandbox EHR": addresses.base + 1,
        "sandbox Zoom": addresses.base + 2,
        "message sink": addresses.base + 3,
        "message sink's SMTP": addresses.smtp_port,
    }


def _wait(stop: threading.Event, parent: int | None) -> None:
    while not stop.wait(LOOK_EVERY):
        if parent is not None and os.getppid() != parent:
            return


def _say_restarted(name: str, pid: int) -> None:
    _say(f"  {name} had died and was started again (pid {pid}).")


def _say(text: str) -> None:
    # The terminal may be gone already, which is one of the reasons to stop.
    with contextlib.suppress(OSError):
        print(text, flush=True)


def _open_browser(url: str, environment: Mapping[str, str]) -> None:
    has_desktop = sys.platform == "darwin" or any(environment.get(n) for n in ("DISPLAY", "WAYLAND_DISPLAY"))
    if has_desktop and not environment.get("CI"):
        threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
