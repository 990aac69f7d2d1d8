"""What can be copied into the note of a visit."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from app.instants import which_of_two
from app.services.note_recording import recording_line
from app.services.visit_summary import PersonSummary, VisitSummary
from app.visits.call import Stretch
from app.visits.states import Role
from app.words import Words, words_in


def note_text(summary: VisitSummary, locale: str) -> str:
    """Who was there and when, by the video vendor's events, in the clinic's zone. No clinical content.

    What the call cannot tell, such as where the patient was, is a line to fill in.
    """
    words, zone = words_in(locale), ZoneInfo(summary.time_zone)
    _ = words.text
    lines = [_heading(words, summary, zone)]
    lines += [_line(words, person, zone) for person in summary.people if person.stretches]
    if summary.together:
        minutes = round(summary.together / timedelta(minutes=1))
        together = words.texts(
            "Together in the call: %(count)d minute.", "Together in the call: %(count)d minutes.", minutes
        )
        lines.append(together % {"count": minutes})
    elif not summary.is_untold:
        lines.append(_("Provider and patient were not in the call together."))
    lines += _services(words, summary, zone)
    if summary.is_untold:
        lines += [_("Interpreter:"), _("Technical trouble:")]
    else:
        lines += [*_interpreter(words, summary), _trouble(words, summary)]
    if summary.recording is not None:
        lines.append(recording_line(words, summary.recording, zone))
    lines.append(_("Where the patient was:"))
    return "\n".join(lines)


def _heading(words: Words, summary: VisitSummary, zone: ZoneInfo) -> str:
    day = (summary.first or summary.planned_start).astimezone(zone).date()
    _ = words.text
    by_video = summary.modality == "video"
    text = _("Telehealth visit by video, %(day)s.") if by_video else _("Telehealth visit, %(day)s.")
    return text % {"day": format_date(day, "long", locale=words.locale)}


def _line(words: Words, person: PersonSummary, zone: ZoneInfo) -> str:
    _ = words.text
    spans = ", ".join(_span(words, stretch, zone) for stretch in person.stretches)
    return _("%(who)s: in the call %(times)s.") % {"who": _who(words, person), "times": spans}


def _span(words: Words, stretch: Stretch, zone: ZoneInfo) -> str:
    start = _clock(words, stretch.start, zone)
    if stretch.end is None:
        return words.text("since %(time)s") % {"time": start}
    return f"{start}–{_clock(words, stretch.end, zone)}"


def _services(words: Words, summary: VisitSummary, zone: ZoneInfo) -> list[str]:
    """By which service, where it was not one that tells of the whole call."""
    if len(summary.services) < 2 and not summary.is_untold:
        return []
    _ = words.text
    used = ", ".join(
        _("%(video)s since %(time)s") % {"video": one.title, "time": _clock(words, one.since, zone)}
        for one in summary.services
    )
    lines = [_("Video service: %(used)s.") % {"used": used}]
    silent = dict.fromkeys(one.title for one in summary.services if not one.tells)
    return lines + [_("%(video)s does not tell who was in the call.") % {"video": one} for one in silent]


def _interpreter(words: Words, summary: VisitSummary) -> list[str]:
    """That none was there; one who was has a line like everybody."""
    if any(person.role is Role.INTERPRETER and person.stretches for person in summary.people):
        return []
    _ = words.text
    if summary.interpreter_needed:
        return [_("Interpreter: none in the call; the chart says that one is needed.")]
    return [_("Interpreter: none in the call.")]


def _trouble(words: Words, summary: VisitSummary) -> str:
    """How often the patient was gone and came back, and what the service said of the call's quality."""
    patient = next((person for person in summary.people if person.role is Role.PATIENT), None)
    gaps = max(len(patient.stretches) - 1, 0) if patient else 0
    if not gaps and not summary.troubles:
        return words.text("Technical trouble: none seen.")
    told = _gaps(words, gaps) if gaps else words.text("Technical trouble:")
    return f"{told} {_quality(words, summary)}".rstrip()


def _gaps(words: Words, gaps: int) -> str:
    told = words.texts(
        "Technical trouble: the patient was out of the call %(count)d time in between.",
        "Technical trouble: the patient was out of the call %(count)d times in between.",
        gaps,
    )
    return told % {"count": gaps}


def _quality(words: Words, summary: VisitSummary) -> str:
    if not summary.troubles:
        return ""
    _ = words.text
    known = {
        "audio": _("unstable sound"),
        "video": _("unstable picture"),
        "share": _("poor sharing of a screen"),
        "cpu": _("a computer at its limit"),
        "reconnect": _("lost and found connections"),
    }
    told = dict.fromkeys(known.get(one, _("other trouble")) for one in summary.troubles)
    return _("The video service noted %(what)s.") % {"what": ", ".join(told)}


def _who(words: Words, person: PersonSummary) -> str:
    _ = words.text
    roles = {
        Role.HOST: _("Provider"),
        Role.PATIENT: _("Patient"),
        Role.FAMILY: _("Family"),
        Role.INTERPRETER: _("Interpreter"),
        Role.COLLEAGUE: _("Colleague"),
    }
    role = roles[person.role] if person.role else _("Unknown person")
    return f"{role} {person.name}".strip()


def _clock(words: Words, instant: datetime, zone: ZoneInfo) -> str:
    time = format_time(instant, "HH:mm", tzinfo=zone, locale=words.locale)
    return f"{time} {which_of_two(instant, zone, words.locale)}".rstrip()
