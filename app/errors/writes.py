"""Writing to the chart: 132x and 133x."""

from flask_babel import lazy_gettext as _l

from app.errors.base import Explanation, ProductError, Table
from fhir.errors import (
    ChangeImpossible,
    ChartAnswerLost,
    ChartConflict,
    ChartDisagrees,
    ChartDuplicate,
    ChartFailing,
    ChartSilent,
    InvalidResource,
)


class SignInNeeded(ProductError):
    """The write goes in a person's name, and the EHR has to hear from them again."""


class NoWayOfWriting(ProductError):
    """This EHR, this permission or this site leaves no way of writing it: it can be copied."""


class NoteTooLong(ProductError):
    """The text of a note is longer than any visit's."""


class NoteChangedElsewhere(ProductError):
    """Another window of the same person kept another text meanwhile."""


class WriteUnknown(ProductError):
    """No such write, or somebody else's."""


class WriteSettled(ProductError):
    """It was settled meanwhile: there is nothing to decide."""


_LOOKED_FOR = _l("We look for it in the chart and write it again only if it is not there.")
_COPY = _l("Copy the text into the chart by hand.")

TABLE: Table = {
    SignInNeeded: Explanation(
        403,
        "VB-1320",
        _l("Waits for your sign-in"),
        _l("It goes to the chart in your name, and the EHR no longer takes our word for you."),
        _l("Open the app for any patient from the EHR: it is sent then, by itself."),
    ),
    NoWayOfWriting: Explanation(
        409,
        "VB-1321",
        _l("The EHR does not take it"),
        _l("The EHR, your permission there or this clinic's settings leave no way of writing it."),
        _COPY,
    ),
    ChartDisagrees: Explanation(
        409,
        "VB-1322",
        _l("The chart says otherwise"),
        _l("What the chart says now does not go with this change, and the chart's word counts."),
        _l("Look at the appointment in the EHR and change it there if need be."),
    ),
    ChartConflict: Explanation(
        409,
        "VB-1323",
        _l("Somebody else changed it"),
        _l("The chart was changed at the same moment."),
        _l("It is tried again with what stands there now."),
    ),
    ChartDuplicate: Explanation(
        409,
        "VB-1324",
        _l("The chart has it more than once"),
        _l("The EHR found more than one of what was to be written once."),
        _l("Look into the chart and remove what is too many there."),
    ),
    ChangeImpossible: Explanation(
        409,
        "VB-1325",
        _l("The EHR cannot be changed safely"),
        _l("The EHR offers no way of changing this without the risk of undoing another's change."),
        _l("Make the change in the EHR by hand."),
    ),
    InvalidResource: Explanation(
        500,
        "VB-1326",
        _l("It breaks the standard"),
        _l("What was about to be written is not valid FHIR, so it was not sent."),
        _l("Tell the administrator of this app the code and the reference."),
    ),
    ChartAnswerLost: Explanation(
        502,
        "VB-1327",
        _l("The answer was lost"),
        _l("It was sent, and the connection broke before the EHR's answer."),
        _LOOKED_FOR,
    ),
    ChartSilent: Explanation(
        504,
        "VB-1328",
        _l("No answer came in time"),
        _l("It was sent, and the EHR did not answer in time."),
        _LOOKED_FOR,
    ),
    ChartFailing: Explanation(
        502,
        "VB-1329",
        _l("The EHR failed"),
        _l("It was sent, and the EHR answered with a fault that does not say whether it was done."),
        _LOOKED_FOR,
    ),
    NoteTooLong: Explanation(
        413,
        "VB-1332",
        _l("The note is too long"),
        _l("It has more than 20,000 characters, so nothing was filed and the visit is not finished."),
        _l("Go back, shorten the text, and finish again."),
    ),
    WriteUnknown: Explanation(
        404,
        "VB-1330",
        _l("No such entry"),
        _l("The list names something that is not here, or not yours."),
        _l("Load the list again."),
    ),
    WriteSettled: Explanation(
        409,
        "VB-1331",
        _l("It is settled already"),
        _l("It reached the chart, or somebody decided on it, since your page was loaded."),
        _l("Load the list again to see where it stands."),
    ),
    NoteChangedElsewhere: Explanation(
        409,
        "VB-1333",
        _l("The note was changed in another window"),
        _l("You have written on at this note somewhere else since this page was opened."),
        _l("Choose on the page which of the two texts stays."),
    ),
}
