"""Video: hosts, meetings, and the vendor's refusals: 15xx."""

import re

from flask_babel import lazy_gettext as _l

from app.errors.base import Explanation, ProductError, Table, Text
from app.errors.visit import StartRefused
from app.ports import Drift, VendorGone
from app.store.alone import StillAtIt
from jitsi_bridge import errors as jitsi
from zoom_bridge import errors as zoom


class NoHost(StartRefused):
    """Nobody is named to host: no mapping, no e-mail address, no default of the department."""


class HostUnread(StartRefused):
    """The chart has not told of the practitioner yet, and does not now: nobody can say who hosts."""


class HostUnlicensed(StartRefused):
    """The host's account may not register guests."""


class HostInactive(StartRefused):
    """The host's account is not active."""


class HostBusy(StartRefused):
    """The host is in as many calls as the account may hold, and nobody else is named who is free."""


class CoverRefused(StartRefused):
    """Whoever is to cover cannot be an alternative host: not of the account, not active, or not licensed."""


class DriftRefused(StartRefused):
    """The vendor did not take settings as asked, and the department's policy refuses that."""

    def __init__(self, drift: tuple[Drift, ...]) -> None:
        super().__init__("the meeting's settings are not as asked")
        self.drift = drift


class VideoUnknown(ProductError):
    """No video service of this name is set up."""


# https://developers.zoom.us/docs/integrations/oauth-scopes-overview/
_SCOPE = re.compile(
    r"(meeting|user|report|dashboard|dashboard_meetings)(:[a-z_]{2,40}){1,2}(:(admin|master))?"
)


def _missing_scopes(error: Exception) -> Text | None:
    """The scopes that Zoom named, one of which is enough, if they have the shape of one."""
    named = [one for one in getattr(error, "scopes", ()) if _SCOPE.fullmatch(one)]
    return _l("It lacks a scope: %(scopes)s.", scopes=" / ".join(named)) if named else None


_AGAIN = _l("Press the button again in a moment. It goes on where it stopped.")
_ADMIN_SETTINGS = _l("Ask an administrator to look at the Zoom app and its settings.")
_LICENCE = _l("Ask an administrator for a Zoom licence, or for another host of this department.")

_UNSETTLED = Explanation(
    503,
    "VB-1505",
    _l("The meeting is still being made"),
    _l("Zoom's answer was lost, or somebody else is starting this visit at this moment."),
    _AGAIN,
)
_UNLICENSED = Explanation(
    409,
    "VB-1502",
    _l("The host has no Zoom licence"),
    _l("Patients can be let in by a link of their own only if the host's Zoom user is licensed."),
    _LICENCE,
)
_UNSURE = Explanation(
    504,
    "VB-1512",
    _l("Zoom did not answer in time"),
    _l("The request was sent, and it is not known yet what became of it."),
    _AGAIN,
)

TABLE: Table = {
    NoHost: Explanation(
        409,
        "VB-1501",
        _l("Nobody is named to host this visit"),
        _l("The provider has no Zoom user here: no mapping, no e-mail address in the EHR, no default."),
        _l("Ask an administrator to name one in the site's file, under zoom_hosts or policy.default_host."),
    ),
    HostUnread: Explanation(
        409,
        "VB-1519",
        _l("The EHR has not said who hosts this visit"),
        _l("The practitioner could not be read from the chart, neither before nor now."),
        _l("Try again in a minute. If it stays so, open the visit from the EHR again."),
    ),
    HostUnlicensed: _UNLICENSED,
    zoom.ZoomHostUnlicensed: _UNLICENSED,
    HostInactive: Explanation(
        409,
        "VB-1503",
        _l("The host's Zoom user is not active"),
        _l("The user was deactivated, or never accepted the invitation to the account."),
        _LICENCE,
    ),
    HostBusy: Explanation(
        409,
        "VB-1520",
        _l("The host is in another call"),
        _l("Zoom lets this host hold no further call, and nobody else is named who is free and licensed."),
        _l("Finish the other visit first, or let a provider who is free start this one."),
    ),
    CoverRefused: Explanation(
        409,
        "VB-1521",
        _l("This user cannot cover"),
        _l("An alternative host is an active user of the same Zoom account, with a licence of their own."),
        _l("Go back and name another user, or ask whoever manages Zoom here for a licence."),
    ),
    zoom.ZoomAlternativeRefused: Explanation(
        502,
        "VB-1522",
        _l("Zoom refused the alternative host"),
        _l("Zoom does not take whoever covers for the host as the meeting's alternative host."),
        _l("Ask an administrator to name another one on the page Hosts, then start again."),
    ),
    DriftRefused: Explanation(
        409,
        "VB-1504",
        _l("Zoom changed the meeting's settings"),
        _l("Zoom would run the call with other settings than this department wants, so it was not started."),
        _l("The visit’s page lists them. Ask whoever manages Zoom here to set them right, then start again."),
    ),
    StillAtIt: _UNSETTLED,
    zoom.ZoomUnreachable: Explanation(
        502,
        "VB-1511",
        _l("Zoom cannot be reached"),
        _l("No connection to Zoom was made."),
        _l("Try again in a moment. If it lasts, call the patient by telephone."),
    ),
    zoom.ZoomSlow: _UNSURE,
    zoom.ZoomAnswerLost: _UNSURE,
    zoom.ZoomFailing: _UNSURE,
    zoom.ZoomAnswerMalformed: _UNSURE,
    zoom.ZoomBusy: Explanation(
        503,
        "VB-1513",
        _l("Zoom is busy"),
        _l("The account makes more calls than Zoom allows at this moment."),
        _AGAIN,
    ),
    zoom.ZoomLimited: Explanation(
        503,
        "VB-1514",
        _l("Zoom's calls are spent for today"),
        _l("The account has made as many calls as Zoom allows in a day."),
        _l("Call the patient by telephone, and tell an administrator."),
    ),
    zoom.ZoomQuotaSpent: Explanation(
        503,
        "VB-1515",
        _l("The host's meetings are spent for today"),
        _l("Zoom lets one host make a hundred meetings a day, counted from midnight UTC."),
        _l("Let another provider host this visit, or call the patient by telephone."),
    ),
    zoom.ZoomScopeMissing: Explanation(
        502,
        "VB-1516",
        _l("The Zoom app may not do this"),
        _l("It lacks a scope."),
        _l("Ask an administrator to add the scope to the Zoom app, and to activate the app again."),
        exact_cause=_missing_scopes,
    ),
    zoom.ZoomCredentialsRefused: Explanation(
        502,
        "VB-1517",
        _l("Zoom refused our credentials"),
        _l("They are wrong, or the Zoom app was deactivated."),
        _ADMIN_SETTINGS,
    ),
    zoom.ZoomUserUnknown: Explanation(
        409,
        "VB-1518",
        _l("The host is not in the Zoom account"),
        _l("Nobody in the account has the e-mail address or id that is named for this provider."),
        _l("Ask an administrator to add the user in Zoom, or to name another one in the site's file."),
    ),
    VideoUnknown: Explanation(
        404,
        "VB-1523",
        _l("No such video service"),
        _l("No video service of this name is set up here."),
        _l("Load the visit's page again: it names the services that there are."),
    ),
    VendorGone: Explanation(
        409,
        "VB-1524",
        _l("The video service of this call is set up no more"),
        _l("The meeting was made by a service that was taken out of the settings since."),
        _l("Start the visit again: it gets a new meeting at the service that is used now."),
    ),
    jitsi.JitsiError: Explanation(
        501,
        "VB-1525",
        _l("The video service does not offer this"),
        _l("A room there can neither be ended from here, nor does it tell who is in it."),
        _l("Ask everybody in the call to leave it."),
    ),
    zoom.ZoomError: Explanation(
        502, "VB-1510", _l("Zoom refused"), _l("Zoom did not take the request."), _ADMIN_SETTINGS
    ),
}
