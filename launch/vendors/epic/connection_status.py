"""The patient is here, told by SetExternalConnectionStatus: the provider's schedule shows it.

The codes are in no public list, so a site's file names them.
"""

import base64
from collections.abc import Mapping
from urllib.parse import urlencode

from fhir.capability import Capabilities
from fhir.client import FhirClient
from fhir.errors import ChangeImpossible, ChartGap
from fhir.identifiers import number_under, numbers_of
from fhir.writers.presence import Presence
from fhir.written import Written
from launch.vendors.epic.numbers import CSN_SUFFIX
from launch.vendors.rung import Right, Rung, Write, reads

PATH = "/api/epic/2018/Telehealth/ContextLinking/SetExternalConnectionStatus"
SETTINGS = (
    "interconnect_url",
    "user",
    "password",
    "client_id",
    "vendor_name",
    "external_id_system",
    "external_id_type",
    "connection_status",
)


def _not_set_up(_chart: FhirClient, _presence: Presence, _can: Capabilities) -> Written:
    raise ChangeImpossible


def _set_up(settings: Mapping[str, str]) -> Write[Presence]:
    headers = {"Accept": "*/*", "Authorization": _basic(settings), "Epic-Client-ID": settings["client_id"]}

    def write(chart: FhirClient, presence: Presence, _can: Capabilities) -> Written:
        asked = {
            "ConferenceID": _conference(chart, presence),
            "ExternalID": _external(chart, presence, settings["external_id_system"]),
            "ExternalIDType": settings["external_id_type"],
            "VendorName": settings["vendor_name"],
            "ConnectionStatus": settings["connection_status"],
        }
        address = settings["interconnect_url"].rstrip("/") + PATH
        return chart.tell_apart(f"{address}?{urlencode(asked)}", headers)

    return write


def _basic(settings: Mapping[str, str]) -> str:
    credentials = f"emp${settings['user']}:{settings['password']}"
    return "Basic " + base64.b64encode(credentials.encode()).decode()


def _conference(chart: FhirClient, presence: Presence) -> str:
    numbers = numbers_of(chart.read("Appointment", presence.appointment_id))
    csn = number_under(numbers, (CSN_SUFFIX,))
    if csn is None:
        raise ChartGap("Appointment.identifier")
    return csn


def _external(chart: FhirClient, presence: Presence, system: str) -> str:
    actor = presence.actor
    numbers = numbers_of(chart.read(actor.resource_type, actor.id))
    found = next((each.value for each in numbers if each.system == system), None)
    if found is None:
        raise ChartGap(f"{actor.resource_type}.identifier")
    return found


# Off: base, account and codes are each customer's.
CONNECTION_STATUS = Rung(
    name="connection-status",
    identity="either",
    rights=(Right("Appointment", "r"), Right("Patient", "r")),
    offers=(reads("Appointment"), reads("Patient")),
    write=_not_set_up,
    # One status is configured, that of somebody who has come.
    suits=lambda presence: presence.actor.resource_type == "Patient" and presence.until is None,
    on_by_default=False,
    settings=SETTINGS,
    set_up=_set_up,
)
