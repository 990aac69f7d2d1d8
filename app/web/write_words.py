"""What staff read of a write to the chart: what it is, where it stands, and what they can do."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.errors import explanation_of
from app.services.chart_writes import ChartWrite
from app.services.keep_recording import FETCH
from app.visits.states import WriteState
from app.visits.writes import COPIES, NOT_STORED
from app.web.chips import Chip
from app.web.clocks import clock_time, day
from app.web.fetch_words import fetch_words

KINDS = {
    "chart_note": _l("Visit note"),
    "chart_status": _l("State of the appointment"),
    "chart_presence": _l("Arrival of the patient"),
    "chart_message": _l("Message: the patient waits"),
    "chart_join_link": _l("Link in the appointment"),
    "chart_recording": _l("Link to the recording"),
}
SETTLED = Chip(_l("In the chart"), "check", "good")
SENT = Chip(_l("Sent"), "check", "quiet")
WAITS = Chip(_l("Not yet in the chart"), "hourglass", "wait")
NOT_THERE = Chip(_l("Not in the chart"), "alert", "bad")
NOT_CERTAIN = Chip(_l("Not certain"), "alert", "bad")
NOT_TAKEN = Chip(_l("Not taken by the EHR"), "slash", "quiet")
QUIET_CODES = ("VB-1321", "VB-1322")


@dataclass(frozen=True)
class WriteWords:
    """`title` names the fact; `text` says what has happened and what comes next."""

    title: str
    chip: Chip
    text: str


def write_words(write: ChartWrite, zone: ZoneInfo, now: datetime) -> WriteWords:
    """The words of a write as it stands, times in the visit's zone; one that is to come names another day."""
    if write.kind == FETCH:
        return WriteWords(*fetch_words(write, zone, now))
    title = str(KINDS[write.kind])
    says = {
        WriteState.WRITTEN: _written,
        WriteState.UNKNOWN: _unknown,
        WriteState.NEEDS_SIGN_IN: _needs_sign_in,
        WriteState.REJECTED: _rejected,
        WriteState.GIVEN_UP: _given_up,
    }.get(write.state)
    chip, text = says(write, zone) if says else _waiting(write, zone, now)
    return WriteWords(title, chip, text)


def _waiting(write: ChartWrite, zone: ZoneInfo, now: datetime) -> tuple[Chip, str]:
    if write.state is WriteState.SENDING or not write.attempts or write.again_at is None:
        return WAITS, str(_("On its way."))
    time = clock_time(write.again_at, zone)
    if write.again_at.astimezone(zone).date() == now.astimezone(zone).date():
        text = _("Not yet in the chart: trying again at %(time)s.", time=time)
    else:
        on = day(write.again_at, zone)
        text = _("Not yet in the chart: trying again on %(day)s at %(time)s.", day=on, time=time)
    return WAITS, f"{text} {_because(write.code)}".strip()


def _written(write: ChartWrite, zone: ZoneInfo) -> tuple[Chip, str]:
    if write.code == COPIES:
        return NOT_CERTAIN, str(
            _("The chart has it more than once. Look there, and remove what is too many.")
        )
    if write.confirmed_at is not None:
        at = write.written_at or write.confirmed_at
        return SETTLED, str(_("In the chart at %(time)s.", time=clock_time(at, zone)))
    if write.written_at is None:
        return SENT, ""
    at_time = clock_time(write.written_at, zone)
    if write.again_at is not None:
        return SENT, str(_("The EHR took it at %(time)s. We look whether it is there.", time=at_time))
    return SENT, str(_("The EHR took it at %(time)s. From here it cannot be looked up.", time=at_time))


def _unknown(write: ChartWrite, zone: ZoneInfo) -> tuple[Chip, str]:
    sent = clock_time(write.sent_at, zone) if write.sent_at else ""
    if write.again_at is not None:
        text = _(
            "Sent at %(sent)s, and the EHR did not say whether it has it. We look for it in the chart.",
            sent=sent,
        )
        return WAITS, str(text)
    text = _(
        "Sent at %(sent)s, and the EHR neither said that it has it nor lets us look for it."
        " Please look in the chart.",
        sent=sent,
    )
    return NOT_CERTAIN, str(text)


def _needs_sign_in(write: ChartWrite, _zone: ZoneInfo) -> tuple[Chip, str]:
    if write.is_mine:
        text = _("The EHR asks for your sign-in: open this app for any patient there, and it is sent.")
    else:
        text = _("The EHR asks for the sign-in of %(name)s, in whose name it goes.", name=write.owner or "…")
    return WAITS, str(text)


def _rejected(write: ChartWrite, _zone: ZoneInfo) -> tuple[Chip, str]:
    chip = NOT_TAKEN if write.code in QUIET_CODES and write.kind != "chart_note" else NOT_THERE
    return chip, _because(write.code)


def _given_up(write: ChartWrite, _zone: ZoneInfo) -> tuple[Chip, str]:
    if write.reason:
        return NOT_THERE, str(_("Given up: %(reason)s", reason=write.reason))
    if write.code == NOT_STORED:
        return NOT_THERE, str(_("The EHR says that it took it, and has nothing. Tell your EHR team."))
    vain = str(_("Tried many times in vain."))
    return NOT_THERE, f"{vain} {_because(write.code)}".strip()


def _because(code: str | None) -> str:
    explanation = explanation_of(code)
    return f"{explanation.cause} ({code})" if explanation else ""
