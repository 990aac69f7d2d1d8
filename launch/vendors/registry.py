"""All EHRs that have a profile: a line each, the name of its folder."""

import importlib

from launch.vendors.profile import VendorProfile

STANDARD = "generic"
NAMES = (
    STANDARD,
    "epic",
    "oracle",
    "medplum",
)  # fmt: skip


def _profile(name: str) -> VendorProfile:
    found: VendorProfile = importlib.import_module(f"{__package__}.{name}").PROFILE
    return found


PROFILES = {name: _profile(name) for name in NAMES}


def profile_of(vendor: str) -> VendorProfile:
    """The vendor's profile; the standard's for one that has none."""
    return PROFILES.get(vendor, PROFILES[STANDARD])
