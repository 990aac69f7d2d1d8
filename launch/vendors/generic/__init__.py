"""Any EHR that keeps to the standard."""

from launch.vendors.generic.join_link import VIRTUAL_SERVICE
from launch.vendors.generic.message import COMMUNICATION
from launch.vendors.generic.note import DOCUMENT_REFERENCE
from launch.vendors.generic.presence import APPOINTMENT_ARRIVED, APPOINTMENT_PARTICIPATION
from launch.vendors.generic.recording import RECORDING_LINK
from launch.vendors.generic.status import APPOINTMENT_STATUS, ENCOUNTER_STATUS
from launch.vendors.profile import VendorProfile
from launch.vendors.rung import Rungs

PROFILE = VendorProfile(
    name="generic",
    rungs=Rungs(
        join_link=(VIRTUAL_SERVICE,),
        presence=(APPOINTMENT_ARRIVED, APPOINTMENT_PARTICIPATION),
        message=(COMMUNICATION,),
        status=(APPOINTMENT_STATUS, ENCOUNTER_STATUS),
        note=(DOCUMENT_REFERENCE,),
        recording=(RECORDING_LINK,),
    ),
)
