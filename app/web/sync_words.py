"""What people read of the searches of a site and of a back-fill."""

from flask_babel import lazy_gettext as _l

from app.errors import explanation_of
from app.errors.base import Text
from app.services.sync_progress import Freshness, Stretch
from app.visits.windows import Band
from app.web.chips import Chip

BANDS = {
    Band.NEAR: _l("The last hour and the next two"),
    Band.TODAY: _l("Today"),
    Band.LATER: _l("Later days"),
}
FRESHNESS = {
    Freshness.FAILED: Chip(_l("Failing"), "alert", "bad"),
    Freshness.UNREAD: Chip(_l("Not all read yet"), "hourglass", "wait"),
    Freshness.LATE: Chip(_l("Late"), "alert", "wait"),
    Freshness.FRESH: Chip(_l("Up to date"), "check", "good"),
}
WAYS = {"location": _l("Place"), "practitioner": _l("Practitioner")}
REASONS = {
    "read": _l("visits made or brought up to date"),
    "unchanged": _l("as they were"),
    "join_link_owed": _l("links to be written to the chart"),
    "not_by_video": _l("not by video"),
    "cancelled": _l("cancelled"),
    "no_show": _l("patient did not come"),
    "no_patient": _l("without a patient"),
    "no_start": _l("without a time"),
    "unreadable": _l("may not be read"),
    "gone": _l("no longer in the chart"),
}


def stretch_title(stretch: Stretch) -> str:
    """Which visits, and whose."""
    band = str(BANDS[stretch.band])
    return f"{band} · {WAYS[stretch.by]} {stretch.who}" if stretch.by else band


def why_failed(stretch: Stretch) -> list[tuple[str, Text]]:
    """Codes of what went wrong, each with its cause."""
    said = [(code, explanation_of(code)) for code in stretch.codes]
    return [(code, one.cause if one else "") for code, one in said]
