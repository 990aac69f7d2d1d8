"""What the demo prints once it is up."""

from collections.abc import Sequence

from sandbox.run.addresses import Addresses
from sandbox.run.first_launches import FirstLaunch
from sandbox.tour import CHAIRS, CLICKS


def welcome(addresses: Addresses, launches: Sequence[FirstLaunch], logs: str) -> str:
    """The address of the start page, the chairs, the clicks, and what did not work."""
    chairs = [f"    {chair.name:9} {addresses.ehr}{chair.path}" for chair in CHAIRS]
    clicks = [f"    {number}. {click}" for number, click in enumerate(CLICKS, start=1)]
    faults = [f"  No first launch for {one.provider}: {one.fault}." for one in launches if one.fault]
    return "\n".join(
        [
            "",
            f"  VisitBridge is up. Start here:  {addresses.ehr}/",
            "",
            "  Three chairs",
            *chairs,
            "",
            "  Seven clicks",
            *clicks,
            "",
            *faults,
            f"  The app itself: {addresses.app}   messages: {addresses.messages}   logs: {logs}",
            "  Synthetic patients only. Nothing leaves this machine. Ctrl-C stops everything.",
            "",
        ]
    )
