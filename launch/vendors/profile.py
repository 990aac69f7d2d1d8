"""How an EHR differs from the standard."""

from collections.abc import Mapping
from dataclasses import dataclass

from launch.vendors.rung import Rungs, set_up

COPY_ONLY = Rungs()


@dataclass(frozen=True)
class VendorProfile:
    """Token answer keys in which context arrives, tried in order; and the ways of writing to its charts.

    `csn_suffixes`: how the identifier systems of contact serial numbers end, where each customer has its own.
    """

    name: str
    appointment_keys: tuple[str, ...] = ("appointment",)
    csn_keys: tuple[str, ...] = ("csn",)
    csn_suffixes: tuple[str, ...] = ()
    location_keys: tuple[str, ...] = ("location",)
    rungs: Rungs = COPY_ONLY

    def rungs_at(self, settings: Mapping[str, str]) -> Rungs:
        """The ways of writing as a site's settings make them."""
        return set_up(self.rungs, settings)
