"""The ways on that an error page offers."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import g
from flask_babel import gettext as _

from app.errors.recording import RecordingElsewhereOpen
from app.errors.session import CookiesOff, NoCookie
from app.services.own_visits import OwnVisit, own_visits
from app.web.clocks import moment, zone_name
from app.web.current import rooms
from launch.errors import (
    AccessDenied,
    AuthorizationRefused,
    CodeRefused,
    FhirUserIsPatient,
    PatientNotInContext,
    StateExpired,
    StateUsed,
)


@dataclass(frozen=True)
class ErrorLink:
    """A way on. `new_window`: it opens at top level, out of the EHR's frame."""

    label: str
    href: str
    new_window: bool = False


def links_for(error: Exception) -> tuple[ErrorLink, ...]:
    """The ways on from this error."""
    for kind in type(error).__mro__:
        if kind in _WAYS:
            return _WAYS[kind](error)
    return ()


def _out_of_the_frame(error: Exception) -> tuple[ErrorLink, ...]:
    """The same launch at top level; where the EHR takes a launch only once, the patient is picked again."""
    pending = rooms().ehr.peek(error.state) if isinstance(error, NoCookie) else None
    if pending is None:
        return ()
    again = _pick_again(error)
    if pending.launch is None:
        return again
    address = f"/launch?{urlencode({'iss': pending.iss, 'launch': pending.launch})}"
    return (ErrorLink(_("Open in its own window"), address, new_window=True), *again)


def _own_visits(error: Exception) -> tuple[ErrorLink, ...]:
    """Somebody's own visits, to whom the EHR has just proved that they are theirs."""
    user, site = getattr(error, "user", ""), g.get("site")
    found = own_visits(rooms(), site, user) if site else ()
    return tuple(
        ErrorLink(_("Your visit on %(when)s", when=_when(visit)), f"/v/{visit.token}", True)
        for visit in found
    )


def _when(visit: OwnVisit) -> str:
    """The reader may be elsewhere: the zone is said too."""
    when, zone = moment(visit.start, visit.zone), zone_name(visit.zone)
    return str(_("%(when)s (%(zone)s)", when=when, zone=zone))


def _pick_again(_error: Exception) -> tuple[ErrorLink, ...]:
    site = g.get("site")
    if site is None:
        return ()
    return (ErrorLink(_("Sign in at the EHR and pick the patient"), f"/launch/standalone/{site}", True),)


def _at_the_recordings_ehr(error: Exception) -> tuple[ErrorLink, ...]:
    site = getattr(error, "site", None)
    if site is None:
        return ()
    return (ErrorLink(_("Sign in at the EHR and pick the patient"), f"/launch/standalone/{site}", True),)


_WAYS: dict[type, Callable[[Exception], tuple[ErrorLink, ...]]] = {
    NoCookie: _out_of_the_frame,
    CookiesOff: _pick_again,
    AccessDenied: _pick_again,
    AuthorizationRefused: _pick_again,
    CodeRefused: _pick_again,
    PatientNotInContext: _pick_again,
    StateExpired: _pick_again,
    StateUsed: _pick_again,
    FhirUserIsPatient: _own_visits,
    RecordingElsewhereOpen: _at_the_recordings_ehr,
}
