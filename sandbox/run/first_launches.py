"""One launch per provider through the public addresses: the day's visits are seen, links are sent."""

from collections.abc import Iterator
from dataclasses import dataclass

import requests

from sandbox.run.addresses import Addresses
from sandbox.run.browser import Browser


@dataclass(frozen=True)
class FirstLaunch:
    """How one provider's launch went; ``fault`` is empty where the app's page came."""

    provider: str
    fault: str = ""


def first_launches(addresses: Addresses) -> Iterator[FirstLaunch]:
    """Launch the app once as each provider of the day, one after the other."""
    day = requests.get(f"{addresses.ehr}/_day", timeout=10).json()
    for provider in day["practitioners"]:
        yield FirstLaunch(str(provider["name"]), _launch(addresses, str(provider["id"])))


def _launch(addresses: Addresses, practitioner: str) -> str:
    order = {"app": f"{addresses.app}/launch", "context": {"practitioner": practitioner}}
    try:
        asked = requests.post(f"{addresses.ehr}/_launch", json=order, timeout=10)
        if not asked.ok:
            return f"the sandbox EHR refused the launch ({asked.status_code})"
        page = Browser().get(asked.json()["url"])
    except requests.RequestException as error:
        return f"no answer ({type(error).__name__})"
    arrived = page.ok and page.url.startswith(f"{addresses.app}/clinic/")
    return "" if arrived else f"the app answered {page.status_code}"
