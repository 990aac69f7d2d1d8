"""The links of patients, and sending them: 16xx."""

from flask_babel import lazy_gettext as _l

from app.errors.base import Explanation, ProductError, Table
from app.messages.errors import MessageRefused, MessageUnsent


class LinkUnknown(ProductError):
    """No such link, or it was replaced by another."""


class ChannelOff(ProductError):
    """Messages of this kind are not set up here."""


class AddressMissing(ProductError):
    """The person has no address for this kind of message."""


class LinkTakenBack(ProductError):
    """The clinic has taken this person's link back."""


_COPY = _l("Copy the link and give it to the person in another way.")

TABLE: Table = {
    LinkUnknown: Explanation(
        404,
        "VB-1601",
        _l("This link is not known"),
        _l("It is incomplete, or it was replaced by a newer one."),
        _l("Use the newest message from your clinic, or call the clinic."),
    ),
    ChannelOff: Explanation(
        409,
        "VB-1602",
        _l("Such messages are not sent here"),
        _l("E-mail or text messages are not set up."),
        _l("Copy the link instead, or ask an administrator to set up a gateway."),
    ),
    AddressMissing: Explanation(
        409,
        "VB-1603",
        _l("There is no address to send to"),
        _l("The chart has no telephone number or e-mail address of this kind for this person."),
        _l("Copy the link instead, or add the address to the chart and load the visit again."),
    ),
    LinkTakenBack: Explanation(
        409,
        "VB-1346",
        _l("This link was taken back"),
        _l("A link that opens nothing is not sent."),
        _l("Load the visit’s page again, and give the person another link."),
    ),
    MessageRefused: Explanation(
        502, "VB-1604", _l("The message was refused"), _l("The gateway does not take this address."), _COPY
    ),
    MessageUnsent: Explanation(
        503, "VB-1605", _l("The message is still on its way"), _l("The gateway does not answer."), _COPY
    ),
}
