"""Where the clinic works: one organization, two locations, one time zone."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")
ORGANIZATION_ID = "vb-organization"
ORGANIZATION_NAME = "Harbor Clinic Group"


@dataclass(frozen=True)
class Place:
    """A department that visits belong to."""

    id: str
    name: str
    phone: str
    street: str


HARBOR = Place("vb-location-harbor", "Harbor Street Clinic", "+1 212-555-0170", "12 Harbor Street")
RIVERSIDE = Place("vb-location-riverside", "Riverside Clinic", "+1 212-555-0180", "340 Riverside Walk")
PLACES = (HARBOR, RIVERSIDE)
