"""A click in the EHR, or a visit to the stand-alone address: where the browser is sent next."""

from app.ports import Rooms
from launch.authorize import AuthorizationRequest


def begin_launch(rooms: Rooms, iss: str, launch: str, browser: str) -> AuthorizationRequest:
    """What the browser brings to the EHR. Raises UnknownIssuer before anything is fetched from a stranger."""
    site = rooms.sites.by_issuer(iss)
    return rooms.ehr.authorize(site, iss=iss, launch=launch, browser=browser)


def begin_standalone(rooms: Rooms, name: str, browser: str) -> AuthorizationRequest:
    """The same without the EHR: the person signs in and picks the patient there. Raises SiteUnknown."""
    site = rooms.sites.by_name(name)
    return rooms.ehr.authorize(site, iss=site.launch.standalone_iss, launch=None, browser=browser)
