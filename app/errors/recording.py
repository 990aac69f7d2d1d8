"""Recordings of calls: 154x."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.errors.base import Explanation, ProductError, Table


class RecordingNotAsked(ProductError):
    """Nobody asks this person whether the visit may be recorded, or not any more."""


class RecordingStillOn(ProductError):
    """The patient did not agree, and the vendor could not be told to record nothing."""

    retryable = True


class RecordingUnknown(ProductError):
    """No such recording, or none of this visit, or it is no longer kept."""


class RecordingTooLarge(ProductError):
    """It is larger than the deployment lets a recording be."""


class RecordingFromElsewhere(ProductError):
    """The address of a recording, or a redirect from it, leads to a host that is not the vendor's."""


class RecordingDiskFull(ProductError):
    """There is no room for it, or the folder cannot be written to."""

    retryable = True


class RecordingBroken(ProductError):
    """What came is not what was announced, or what was kept cannot be read any more."""

    retryable = True


class RecordingsBusy(ProductError):
    """As many are being fetched as may be at once."""

    retryable = True
    retry_at: datetime | None = None


class RecordingElsewhereOpen(ProductError):
    """A link to a recording was opened in a browser in which nobody who may see it is signed in.

    `site`: the EHR that it is of, where there is such a recording.
    """

    def __init__(self, site: str | None = None) -> None:
        super().__init__("nobody here may see the recording")
        self.site = site


_ADMIN = _l("Ask the administrator of this app.")

TABLE: Table = {
    RecordingNotAsked: Explanation(
        409,
        "VB-1540",
        _l("This is not asked now"),
        _l("The question whether the visit may be recorded is for the patient, while the visit lasts."),
        _l("Go back and load the page again."),
    ),
    RecordingStillOn: Explanation(
        503,
        "VB-1541",
        _l("The recording cannot be switched off just now"),
        _l("You did not agree, and it is not certain yet that nothing is recorded, so you are not let in."),
        _l("Press Join again in a moment. If it lasts, call your clinic."),
    ),
    RecordingUnknown: Explanation(
        404,
        "VB-1542",
        _l("No such recording"),
        _l("It is not of this visit, or it is no longer kept here."),
        _l("Load the visit's page again: it says what is kept."),
    ),
    RecordingTooLarge: Explanation(
        413,
        "VB-1543",
        _l("The recording is too large"),
        _l("It is larger than this deployment allows, so it was not fetched."),
        _l("Ask the administrator of this app to allow larger ones, then send it again."),
    ),
    RecordingFromElsewhere: Explanation(
        502,
        "VB-1544",
        _l("The recording is offered by a stranger"),
        _l("Its address leads to a host that is not known as Zoom's, so nothing was fetched."),
        _l("Ask the administrator of this app to look at ZOOM_DOWNLOAD_HOSTS, then send it again."),
    ),
    RecordingDiskFull: Explanation(
        507,
        "VB-1545",
        _l("No room for the recording"),
        _l("The folder of recordings is full or cannot be written to; nothing half is left there."),
        _ADMIN,
    ),
    RecordingBroken: Explanation(
        502,
        "VB-1546",
        _l("The recording did not come whole"),
        _l("Fewer or other bytes came than were announced, or the copy here is damaged."),
        _l("It is fetched again by itself. If it stays so, look for it in Zoom."),
    ),
    RecordingsBusy: Explanation(
        503,
        "VB-1547",
        _l("Other recordings are being fetched"),
        _l("Only a few are fetched at once, so that nothing else has to wait."),
        _l("It is fetched by itself when its turn comes."),
    ),
    RecordingElsewhereOpen: Explanation(
        403,
        "VB-1548",
        _l("Sign in to see this recording"),
        _l("Only people of the clinic who may act on the visit can see it, after signing in."),
        _l("Open the patient from the EHR, then the visit: the recording is on its page."),
    ),
}
