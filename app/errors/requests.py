"""Requests that no use case answers, and faults of our own: 10xx."""

from flask_babel import lazy_gettext as _l
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from werkzeug.exceptions import BadRequest, HTTPException, MethodNotAllowed, NotFound, RequestEntityTooLarge

from app.errors.base import Explanation, ProductError, Table


class SiteUnknown(ProductError):
    """No EHR of this name is configured."""


class ConsentMissing(ProductError):
    """Nobody said that this is a test patient who may be written to."""


class PractitionerUnknown(ProductError):
    """No such practitioner was seen in a chart of this EHR."""


class TraceUnknown(ProductError):
    """No launch of this reference is on record, or no longer."""


UNEXPECTED = Explanation(
    500,
    "VB-1000",
    _l("Something went wrong here"),
    _l("VisitBridge made a mistake. It was written down under the reference below."),
    _l("Try again. If it happens again, tell your administrator the reference."),
)

_AWAY = Explanation(
    503,
    "VB-1007",
    _l("The database does not answer"),
    _l("VisitBridge cannot read or write its database at this moment."),
    _l("Try again in a minute: what you did last was perhaps not saved."),
)

TABLE: Table = {
    OperationalError: _AWAY,
    InterfaceError: _AWAY,
    NoConnection: _AWAY,
    SiteUnknown: Explanation(
        404,
        "VB-1001",
        _l("No such EHR here"),
        _l("The address names an EHR that this deployment does not know."),
        _l("Open the app from your EHR, or ask an administrator for the right address."),
    ),
    ConsentMissing: Explanation(
        400,
        "VB-1009",
        _l("Nothing was tried"),
        _l("Writing is tried on a test patient only, and only if somebody says so."),
        _l("Go back, name the test patient, and tick that it is one."),
    ),
    PractitionerUnknown: Explanation(
        404,
        "VB-1010",
        _l("No such practitioner here"),
        _l("Nobody of this id was seen in a chart of this EHR."),
        _l("Go back to the page Hosts and choose one of the list."),
    ),
    TraceUnknown: Explanation(
        404,
        "VB-1008",
        _l("No such launch on record"),
        _l("Launches are kept for a day. This one is older, or the reference is of something else."),
        _l("Compare the reference with the error page, letter by letter, or launch again."),
    ),
    NotFound: Explanation(
        404,
        "VB-1002",
        _l("There is nothing at this address"),
        _l("The address is incomplete or out of date."),
        _l("Open the page again from where you found it."),
    ),
    MethodNotAllowed: Explanation(
        405,
        "VB-1003",
        _l("That does not work here"),
        _l("The address does not take this kind of request."),
        _l("Go back and use the page's buttons."),
    ),
    RequestEntityTooLarge: Explanation(
        413,
        "VB-1004",
        _l("That is too much"),
        _l("The request is larger than one mebibyte."),
        _l("Send less at once."),
    ),
    BadRequest: Explanation(
        400,
        "VB-1005",
        _l("The request cannot be read"),
        _l("Something in it is missing or malformed."),
        _l("Go back, load the page again and repeat."),
    ),
    HTTPException: Explanation(
        400,
        "VB-1006",
        _l("The request was refused"),
        _l("The server does not take this request."),
        _l("Go back, load the page again and repeat."),
    ),
}
