"""How an EHR differs from the standard."""

from dataclasses import dataclass


@dataclass(frozen=True)
class VendorProfile:
    """Token answer keys in which context arrives, tried in order."""

    name: str
    appointment_keys: tuple[str, ...] = ("appointment",)
    csn_keys: tuple[str, ...] = ("csn",)
    location_keys: tuple[str, ...] = ("location",)
