"""The people whom staff invite to a visit: 134x."""

from flask_babel import lazy_gettext as _l

from app.errors.base import Explanation, ProductError, Table
from app.visits.guests import MOST_PEOPLE


class InvitationIncomplete(ProductError):
    """A name, a role or a language is missing, or none of ours."""


class EmailWrong(ProductError):
    """What was typed cannot be an e-mail address."""


class PhoneWrong(ProductError):
    """What was typed cannot be a telephone number."""


class PeopleFull(ProductError):
    """A visit has no room for more people."""


class InvitationTooLate(ProductError):
    """The link would be over before it is given."""


class NotInvited(ProductError):
    """The link of this person is not staff's to take back: the chart or the portal named them."""


class WaitWordsWrong(ProductError):
    """Neither minutes that can be chosen nor a short text."""


class NobodyToHandTo(ProductError):
    """No such practitioner was seen in a chart of this site."""


TABLE: Table = {
    InvitationIncomplete: Explanation(
        400,
        "VB-1340",
        _l("Something is missing"),
        _l("An invitation needs a name of at most 80 characters, a role and a language."),
        _l("Fill them in and press Invite again."),
    ),
    EmailWrong: Explanation(
        400,
        "VB-1341",
        _l("This is no e-mail address"),
        _l("An address has one @ and a domain behind it, as in name@example.org."),
        _l("Correct it, or leave it empty and copy the link."),
    ),
    PhoneWrong: Explanation(
        400,
        "VB-1342",
        _l("This is no telephone number"),
        _l("The number has too few or too many digits for its country."),
        _l("Write it with + and the country’s code, or leave it empty and copy the link."),
    ),
    PeopleFull: Explanation(
        409,
        "VB-1343",
        _l("This visit is full"),
        _l("A visit holds at most %(count)d people, with patient and provider.", count=MOST_PEOPLE),
        _l("Nobody was invited. Several people may come by one device, under one link."),
    ),
    InvitationTooLate: Explanation(
        409,
        "VB-1344",
        _l("The day of this visit is over"),
        _l("Links of invited people end with the visit’s day."),
        _l("Make a new appointment in the EHR, and invite them to its visit."),
    ),
    NotInvited: Explanation(
        409,
        "VB-1345",
        _l("This link cannot be taken back here"),
        _l("The chart or the patient portal named this person."),
        _l("Change it there. Only links of people whom the clinic invited are taken back here."),
    ),
    WaitWordsWrong: Explanation(
        400,
        "VB-1347",
        _l("This cannot be shown"),
        _l("Whoever waits is told minutes from the list, or a text of at most 120 characters."),
        _l("Go back and choose the minutes, or shorten the text."),
    ),
    NobodyToHandTo: Explanation(
        409,
        "VB-1348",
        _l("The visit was not handed over"),
        _l("Nobody was chosen, or the chart has never told of this provider."),
        _l("Choose somebody from the list. Whoever signs in once from the EHR stands on it."),
    ),
}
