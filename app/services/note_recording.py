"""The line of a note that says whether the visit was recorded, and with whose consent."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from babel.dates import format_time
from sqlalchemy.orm import Session

from app.models import Visit
from app.ports import Rooms
from app.services.hall import policy_of
from app.services.recording_consent import consent_shown
from app.store.recordings import recordings_of
from app.visits.recording import OFF, Answer, Consent
from app.words import Words


@dataclass(frozen=True)
class RecordingSummary:
    """`was_told_of`: the vendor told of a recording; it tells of none that is made on somebody's computer."""

    was_told_of: bool
    asks: bool
    consent: Consent | None


def recording_summary(rooms: Rooms, tx: Session, visit: Visit) -> RecordingSummary | None:
    """None where nothing is recorded, and nothing was."""
    rule, was_told_of = policy_of(rooms, visit).recording_rule, bool(recordings_of(tx, visit.id))
    if rule.kind == OFF and not was_told_of:
        return None
    return RecordingSummary(was_told_of, rule.asks, consent_shown(rooms, tx, visit))


def recording_line(words: Words, summary: RecordingSummary, zone: ZoneInfo) -> str:
    """Such as "Recording: the call was recorded; the patient agreed at 09:50."."""
    _ = words.text
    consent = summary.consent
    agreed = not summary.asks or (consent is not None and consent.answer is Answer.YES)
    if summary.was_told_of:
        head = _("Recording: the call was recorded;")
    else:
        head = _("Recording: none told of;") if agreed else _("Recording: none;")
    return f"{head} {_consent(words, summary, zone)}"


def _consent(words: Words, summary: RecordingSummary, zone: ZoneInfo) -> str:
    _, consent = words.text, summary.consent
    if not summary.asks:
        return _("the clinic holds the consent.")
    if consent is None:
        return _("the patient was asked and has not answered.")
    if consent.answer is Answer.NO:
        return _("the patient did not agree.")
    at = {"time": format_time(consent.at, "HH:mm", tzinfo=zone, locale=words.locale)}
    if consent.spoken:
        return _("the patient agreed by word of mouth, written down at %(time)s.") % at
    return _("the patient agreed at %(time)s.") % at
