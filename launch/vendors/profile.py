"""How an EHR differs from the standard."""

from dataclasses import dataclass

from launch.vendors.rung import Rungs

COPY_ONLY = Rungs()


@dataclass(frozen=True)
class VendorProfile:
    """Token answer keys in which context arrives, tried in order; and the ways of writing to its charts."""

    name: str
    appointment_keys: tuple[str, ...] = ("appointment",)
    csn_keys: tuple[str, ...] = ("csn",)
    location_keys: tuple[str, ...] = ("location",)
    rungs: Rungs = COPY_ONLY
