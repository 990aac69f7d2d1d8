"""Any EHR that keeps to the standard."""

from launch.vendors.profile import VendorProfile

PROFILE = VendorProfile(name="generic")
