"""Deliveries of the video vendor: 17xx."""

from flask_babel import lazy_gettext as _l

from app.errors.base import Explanation, ProductError, Table
from zoom_bridge.errors import EventMalformed, ForgedSignature, NotAuthentic, StaleSignature


class NotKept(ProductError):
    """The delivery is authentic and could not be stored: the vendor is to send it again."""

    retryable = True


class DeliveryUnknown(ProductError):
    """There is no such delivery, or it is not of an EHR that this person looks after."""


class DeliveryShredded(ProductError):
    """The delivery's body was emptied after its time: it cannot be read again."""


class NotificationUnproven(ProductError):
    """Who tells of a change does not prove to be the EHR that was asked to."""


class NotificationMalformed(ProductError):
    """What an EHR tells is no notification of a subscription."""


_SECRET = _l("Compare the webhook's secret token in Zoom with ZOOM_WEBHOOK_SECRET.")

TABLE: Table = {
    ForgedSignature: Explanation(
        401, "VB-1701", _l("Not signed by Zoom"), _l("The signature is missing or wrong."), _SECRET
    ),
    StaleSignature: Explanation(
        401,
        "VB-1702",
        _l("Signed too long ago"),
        _l("The signature's time is more than six hours from this server's clock."),
        _l("Set this server's clock by NTP."),
    ),
    NotAuthentic: Explanation(
        401, "VB-1703", _l("Not authentic"), _l("The delivery cannot be proven."), _SECRET
    ),
    EventMalformed: Explanation(
        400, "VB-1704", _l("Not an event"), _l("The delivery is no JSON object."), _l("Send events only.")
    ),
    NotKept: Explanation(
        503,
        "VB-1705",
        _l("Could not be stored"),
        _l("The database did not take the delivery."),
        _l("Send it again later."),
    ),
    DeliveryUnknown: Explanation(
        404,
        "VB-1530",
        _l("No such delivery"),
        _l("It is not on record, or it tells of an EHR that you do not look after."),
        _l("Go back to the journal of deliveries."),
    ),
    DeliveryShredded: Explanation(
        409,
        "VB-1531",
        _l("Emptied after its time"),
        _l("The delivery's body was emptied, so it cannot be read again. What came of it stays."),
        _l("To keep bodies for longer, set VISITBRIDGE_KEEP_DELIVERIES_DAYS."),
    ),
    NotificationUnproven: Explanation(
        401,
        "VB-1706",
        _l("Not known to be the EHR"),
        _l("The address or its secret is not that of a subscription that stands."),
        _l("Send the header that came with the subscription. It changes when the subscription is renewed."),
    ),
    NotificationMalformed: Explanation(
        400,
        "VB-1707",
        _l("Not a notification"),
        _l("The delivery is no bundle that begins with a subscription's status."),
        _l("Send notifications of the R4 backport of topic-based subscriptions only."),
    ),
}
