"""What staff read of a recording that is to be fetched and has not been yet."""

from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.errors import explanation_of
from app.services.chart_writes import ChartWrite
from app.visits.states import WriteState
from app.web.chips import Chip
from app.web.clocks import clock_time, day

KEPT = Chip(_l("Kept here"), "check", "good")
WAITS = Chip(_l("Being fetched"), "hourglass", "wait")
NOT_KEPT = Chip(_l("Not kept here"), "alert", "bad")


def fetch_words(write: ChartWrite, zone: ZoneInfo, now: datetime) -> tuple[str, Chip, str]:
    """Title, chip and text, times in the visit's zone."""
    title = str(_("Recording, into our own storage"))
    if write.state is WriteState.WRITTEN:
        return title, KEPT, ""
    if write.state is WriteState.GIVEN_UP and write.reason:
        return title, NOT_KEPT, str(_("Given up: %(reason)s", reason=write.reason))
    because = _because(write.code)
    if write.state not in (WriteState.PENDING, WriteState.SENDING):
        return title, NOT_KEPT, f"{_('It stays in Zoom.')} {because}".strip()
    if write.state is WriteState.SENDING or not write.attempts or write.again_at is None:
        return title, WAITS, str(_("On its way."))
    time = clock_time(write.again_at, zone)
    if write.again_at.astimezone(zone).date() == now.astimezone(zone).date():
        again = _("Trying again at %(time)s.", time=time)
    else:
        again = _("Trying again on %(day)s at %(time)s.", day=day(write.again_at, zone), time=time)
    return title, WAITS, f"{again} {because}".strip()


def _because(code: str | None) -> str:
    explanation = explanation_of(code)
    return f"{explanation.cause} ({code})" if explanation else ""
