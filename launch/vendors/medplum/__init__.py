"""Medplum, by its server's source: the standard's ways; the appointment only by fhirContext or encounter.

What it does otherwise, and what we rely on, stands in README.md beside this.
"""

from launch.vendors.generic.join_link import VIRTUAL_SERVICE
from launch.vendors.generic.message import COMMUNICATION
from launch.vendors.generic.note import DOCUMENT_REFERENCE
from launch.vendors.generic.presence import APPOINTMENT_ARRIVED
from launch.vendors.generic.recording import RECORDING_LINK
from launch.vendors.generic.status import APPOINTMENT_STATUS, ENCOUNTER_STATUS
from launch.vendors.profile import VendorProfile
from launch.vendors.rung import Rungs

PROFILE = VendorProfile(
    name="medplum",
    # Its token answer has these keys: patient, encounter, fhirContext, project, profile.
    appointment_keys=(),
    csn_keys=(),
    location_keys=(),
    rungs=Rungs(
        join_link=(VIRTUAL_SERVICE,),
        presence=(APPOINTMENT_ARRIVED,),
        message=(COMMUNICATION,),
        status=(APPOINTMENT_STATUS, ENCOUNTER_STATUS),
        note=(DOCUMENT_REFERENCE,),
        recording=(RECORDING_LINK,),
    ),
)
