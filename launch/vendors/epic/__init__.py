"""Epic. What it takes rests on few sources: README.md of this folder names what is not established."""

from launch.vendors.epic.connection_status import CONNECTION_STATUS
from launch.vendors.epic.note import CLINICAL_NOTE
from launch.vendors.epic.numbers import CSN_SUFFIX
from launch.vendors.profile import VendorProfile
from launch.vendors.rung import Rungs

PROFILE = VendorProfile(
    name="epic",
    appointment_keys=("appointment",),
    # The customer's FDI record names the key: sheet.py says "csn", public guides write it in capitals, too.
    csn_keys=("csn", "CSN"),
    csn_suffixes=(CSN_SUFFIX,),
    location_keys=("location", "loginDepartment"),
    rungs=Rungs(presence=(CONNECTION_STATUS,), note=(CLINICAL_NOTE,)),
)
