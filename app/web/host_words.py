"""What people read of the directory of hosts."""

from flask_babel import lazy_gettext as _l

from app.services.read_directory import NOT_OFFERED, SPENT, UNREAD
from app.visits.hosts import Conflict, Source
from app.web.chips import Chip

CONFLICTS = {
    Conflict.NO_USER: Chip(_l("No Zoom user"), "alert", "bad"),
    Conflict.SHARED: Chip(_l("Shared with another practitioner"), "alert", "wait"),
    Conflict.SEVERAL: Chip(_l("Two Zoom users fit"), "alert", "wait"),
    Conflict.UNLICENSED: Chip(_l("No licence"), "alert", "bad"),
    Conflict.INACTIVE: Chip(_l("Deactivated"), "alert", "bad"),
    Conflict.PENDING: Chip(_l("Invited, has not come"), "alert", "bad"),
    Conflict.OTHER_ACCOUNT: Chip(_l("Not in this account"), "alert", "bad"),
    Conflict.COVER: Chip(_l("Whoever covers cannot host"), "alert", "wait"),
}
SOURCES = {
    Source.FILE: _l("by the site's file"),
    Source.HAND: _l("chosen by hand"),
    Source.NPI: _l("by NPI"),
    Source.EMAIL: _l("by e-mail address"),
}
READINGS = {
    NOT_OFFERED: _l("The Zoom app may not list the account's users: it lacks user:read:list_users:admin."),
    UNREAD: _l("The last reading of the account's users broke off."),
    SPENT: _l("The account's users were not read: the day's calls are spent."),
}
USERS = {
    "licensed": _l("licensed"),
    "basic": _l("without licence"),
    "inactive": _l("deactivated"),
    "pending": _l("invited"),
    "gone": _l("gone"),
}
