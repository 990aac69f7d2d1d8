"""Oracle Health (Cerner Millennium)."""

from launch.vendors.oracle.encounter_end import ENCOUNTER_END
from launch.vendors.oracle.message import COMMUNICATION
from launch.vendors.oracle.note import DOCUMENT_REFERENCE
from launch.vendors.oracle.tracking import APPOINTMENT_ARRIVED, APPOINTMENT_STATUS
from launch.vendors.oracle.video_link import VIDEO_VISIT_LINK
from launch.vendors.profile import VendorProfile
from launch.vendors.rung import Rungs

PROFILE = VendorProfile(
    name="oracle",
    # No key for an appointment is documented, but "a few others" are said to be present.
    appointment_keys=("appointment",),
    # Its appointments are searched by a person and a time only, never by a number.
    csn_keys=(),
    rungs=Rungs(
        join_link=(VIDEO_VISIT_LINK,),
        presence=(APPOINTMENT_ARRIVED,),
        message=(COMMUNICATION,),
        status=(APPOINTMENT_STATUS, ENCOUNTER_END),
        note=(DOCUMENT_REFERENCE,),
    ),
)
