"""Visits, and what can be done with one: 14xx."""

from datetime import datetime

from flask_babel import lazy_gettext as _l

from app.errors.base import Explanation, ProductError, Table
from app.visits.states import IllegalMove


class VisitUnknown(ProductError):
    """No such visit."""


class StartRefused(ProductError):
    """Base: the visit cannot be started, or not now."""


class VisitClosed(StartRefused):
    """It is finished, cancelled, or nobody came."""


class StartTooEarly(StartRefused):
    """It can be started from `possible_from` (UTC) on."""

    def __init__(self, possible_from: datetime) -> None:
        super().__init__("the visit cannot be started yet")
        self.possible_from = possible_from


class StartTooLate(StartRefused):
    """Its day is over."""


class NoShowTooEarly(ProductError):
    """A quarter of an hour has not passed, or the patient was here."""


class ReasonMissing(ProductError):
    """This act needs a reason."""


_RELOAD = _l("Load the visit's page again to see where it stands.")

TABLE: Table = {
    VisitUnknown: Explanation(
        404,
        "VB-1401",
        _l("No such visit"),
        _l("The address names a visit that is not here."),
        _l("Open the visit from the schedule or from the patient's chart."),
    ),
    VisitClosed: Explanation(
        409,
        "VB-1402",
        _l("This visit is closed"),
        _l("It was finished or cancelled, or it was noted that the patient did not come."),
        _l("If that was a mistake, press Reopen on the visit's page and give a reason."),
    ),
    StartTooEarly: Explanation(
        409,
        "VB-1403",
        _l("It is too early to start"),
        _l("A visit can be started from one hour before its time."),
        _l("Come back then. If the time is wrong, change the appointment in the EHR."),
    ),
    StartTooLate: Explanation(
        409,
        "VB-1404",
        _l("The day of this visit is over"),
        _l("A visit can be started until the end of its day."),
        _l("Note that the patient did not come, or make a new appointment in the EHR."),
    ),
    NoShowTooEarly: Explanation(
        409,
        "VB-1405",
        _l("It is too early for a no-show"),
        _l("It can be noted a quarter of an hour after the visit's time, if the patient was never here."),
        _RELOAD,
    ),
    IllegalMove: Explanation(
        409,
        "VB-1406",
        _l("That is not possible any more"),
        _l("Somebody else, or the chart, has moved the visit meanwhile."),
        _RELOAD,
    ),
    ReasonMissing: Explanation(
        400,
        "VB-1407",
        _l("A reason is needed"),
        _l("The reason was left empty, so nothing was done."),
        _l("Go back and say in a few words why."),
    ),
}
