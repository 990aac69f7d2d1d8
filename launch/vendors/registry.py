"""All EHRs that have a profile: one line each."""

from launch.vendors import generic
from launch.vendors.profile import VendorProfile

PROFILES = {
    profile.name: profile
    for profile in (
        generic.PROFILE,
    )
}  # fmt: skip


def profile_of(vendor: str) -> VendorProfile:
    """The vendor's profile; the standard's for one that has none."""
    return PROFILES.get(vendor, generic.PROFILE)
