"""What staff read of a visit's recording: whether there may be one, what to do, and where it is."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import Flask
from flask_babel import gettext as _

from app.services.recordings_shown import FileShown, RecordingShown, VisitRecording
from app.visits.recording import ALARMS, OFF, Answer, Handling
from app.web.chips import Chip, Tone
from app.web.clocks import clock_time, day
from app.web.current import rooms


@dataclass(frozen=True)
class Standing:
    """Where it stands, and what its reader has to do, if anything."""

    key: str
    tone: Tone
    text: str


def install(app: Flask) -> None:
    """Let templates say it."""
    app.jinja_env.globals.update(
        recording_standing=recording_standing,
        recording_chip=recording_chip,
        recording_file=recording_file,
        recording_text=recording_text,
        keeps_recordings=_keeps_recordings,
    )


def _keeps_recordings() -> bool:
    return rooms().settings.recordings_dir is not None


def recording_standing(recording: VisitRecording, video: str, zone: ZoneInfo) -> Standing:
    """One sentence for the visit's page."""
    if any(one.handling is Handling.UNWANTED for one in recording.recordings):
        text = _(
            "This department records nothing, and %(video)s records or has recorded this call.", video=video
        )
        return Standing("alarm", "bad", text)
    if recording.kind == OFF:
        return Standing("off", "quiet", _("This department records nothing."))
    if not recording.asks:
        text = _(
            "%(video)s records by itself. The clinic has the patient’s consent by its own forms.", video=video
        )
        return Standing("clinic", "quiet", text)
    if recording.consent is not None and recording.consent.answer is Answer.YES:
        return _agreed(recording, video, zone)
    if recording.goes_on and recording.by_itself not in (None, OFF):
        text = _(
            "The patient does not agree, and %(video)s may be recording by itself: stop it there.",
            video=video,
        )
        return Standing("stop", "bad", text)
    if recording.consent is None:
        return Standing("unanswered", "wait", _("Not recorded: the patient has not said whether they agree."))
    return Standing("refused", "quiet", _("Not recorded: the patient did not agree."))


def _agreed(recording: VisitRecording, video: str, zone: ZoneInfo) -> Standing:
    consent = recording.consent
    at = clock_time(consent.at, zone) if consent else ""
    if not recording.goes_on:
        return Standing("agreed", "quiet", _("The patient agreed at %(time)s.", time=at))
    if recording.by_itself == OFF:
        text = _("The patient agreed at %(time)s. Press Record in %(video)s.", time=at, video=video)
        return Standing("press", "wait", text)
    text = _("The patient agreed at %(time)s. %(video)s records by itself.", time=at, video=video)
    return Standing("agreed", "good", text)


def recording_chip(recording: RecordingShown) -> Chip:
    """One recording, in a word."""
    if recording.handling in ALARMS:
        return Chip(_("Not to be"), "alert", "bad")
    if not recording.is_complete:
        return Chip(_("Begun"), "hourglass", "wait")
    if recording.can_be_watched:
        return Chip(_("Kept here"), "check", "good")
    if recording.handling is Handling.STORE and any(not file.shredded_at for file in recording.files):
        return Chip(_("Being fetched"), "hourglass", "wait")
    if recording.handling is Handling.STORE:
        return Chip(_("No longer kept"), "slash", "quiet")
    return Chip(_("In Zoom"), "check", "quiet")


def recording_text(recording: RecordingShown) -> str:
    """What there is to know of it."""
    if recording.handling is Handling.UNWANTED:
        if not recording.is_complete:
            return str(_("Stop it in Zoom, and ask whoever manages Zoom how it came about."))
        said = _("It is not kept here. Delete it in Zoom, and ask whoever manages Zoom how it came about.")
        return str(said)
    if recording.handling is Handling.UNCONSENTED:
        said = _(
            "Recorded without the patient’s consent, as far as is known here. It is not kept. Delete it in"
            " Zoom; or, if the patient agreed by word of mouth, say so above."
        )
        return str(said)
    if not recording.is_complete:
        return str(_("Zoom tells when it is complete."))
    if recording.handling in (Handling.NOTHING, Handling.LINK):
        return str(_("Whoever may see it in Zoom finds it there."))
    return ""


def recording_file(file: FileShown, zone: ZoneInfo) -> str:
    """Where one file stands."""
    if file.shredded_at is not None:
        on = day(file.shredded_at, zone)
        if file.by_hand:
            return str(_("Deleted by hand on %(day)s.", day=on))
        return str(_("Its time was over on %(day)s.", day=on))
    if file.stored_at is None or file.shred_at is None:
        return str(_("On its way from Zoom. What fails is on the page Outbox."))
    return str(_("Kept until %(day)s.", day=day(file.shred_at, zone)))
