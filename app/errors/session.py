"""Sign-in and sessions: 12xx."""

from flask_babel import lazy_gettext as _l

from app.errors.base import Explanation, ProductError, Table


class NoCookie(ProductError):
    """The EHR sent the person back, and the browser did not bring our cookie. `state` names the launch."""

    def __init__(self, state: str) -> None:
        super().__init__("the browser kept no cookie")
        self.state = state


class CookiesOff(ProductError):
    """The browser brings no cookie of ours in a window of its own either."""


class SessionUnknown(ProductError):
    """No such session, or not this browser's."""


class SessionOver(ProductError):
    """The session ended: signed out, idle for half an hour, or twelve hours old."""


class NotAllowed(ProductError):
    """This session may not open this visit, or not do this."""


class FormStale(ProductError):
    """A form's token is missing, wrong or from another session."""


class ForeignOrigin(ProductError):
    """A request to change something came from another site."""


class TicketRefused(ProductError):
    """The ticket is not for this visit and action, or its session is over."""


class SigninLinkUnknown(ProductError):
    """No such sign-in link."""


class SigninLinkSpent(ProductError):
    """The sign-in link was used before, or its time is over."""


class SigninInFrame(ProductError):
    """Signing in happens in a window of its own."""


_RELAUNCH = _l("Open the app again from the EHR.")

TABLE: Table = {
    NoCookie: Explanation(
        403,
        "VB-1201",
        _l("Your browser did not keep our cookie"),
        _l("Inside the EHR's frame this browser blocks the cookie that proves who you are."),
        _l("Open the app in its own window with the link below."),
    ),
    CookiesOff: Explanation(
        403,
        "VB-1211",
        _l("Your browser keeps no cookies of this site"),
        _l("Without a cookie nobody can be told apart from anybody else, so no session can begin."),
        _l("Allow cookies for this site in the browser's settings, then sign in again with the link below."),
    ),
    SessionUnknown: Explanation(
        403,
        "VB-1202",
        _l("This page belongs to another sign-in"),
        _l("The address is of a session that this browser did not start."),
        _RELAUNCH,
    ),
    SessionOver: Explanation(
        403,
        "VB-1203",
        _l("You were signed out"),
        _l("The session is over: after half an hour without use, or twelve hours after it began."),
        _RELAUNCH,
    ),
    NotAllowed: Explanation(
        403,
        "VB-1204",
        _l("This visit is not open to you"),
        _l("Your sign-in does not cover this visit, or your role does not allow this."),
        _l("Open the visit from the patient's chart, or ask an administrator for the role."),
    ),
    FormStale: Explanation(
        400,
        "VB-1205",
        _l("The form is out of date"),
        _l("The page was open for too long or belongs to another session, so nothing was done."),
        _l("Go back, load the page again and repeat."),
    ),
    ForeignOrigin: Explanation(
        403,
        "VB-1206",
        _l("The request came from another site"),
        _l("Another web site tried to act in your name. Nothing was done."),
        _l("Act from the page itself."),
    ),
    TicketRefused: Explanation(
        403,
        "VB-1207",
        _l("This button is out of date"),
        _l("The page that it was on belongs to a session that is over."),
        _l("Go back to the EHR, load the visit again and press the button there."),
    ),
    SigninLinkUnknown: Explanation(
        404,
        "VB-1208",
        _l("This sign-in link is not known"),
        _l("It is incomplete or was never given out."),
        _l("Ask an administrator for a new one."),
    ),
    SigninLinkSpent: Explanation(
        410,
        "VB-1209",
        _l("This sign-in link is used up"),
        _l("A link works once and for a short time."),
        _l("Ask an administrator for a new one."),
    ),
    SigninInFrame: Explanation(
        403,
        "VB-1210",
        _l("Sign in in a window of its own"),
        _l("Signing in does not work inside another page."),
        _l("Open the link in a new window."),
    ),
}
