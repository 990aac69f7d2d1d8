"""What a visit's page must not hide: what the chart says otherwise, what Zoom changed, what is unread."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.errors import explain_name
from app.services.meeting_record import DRIFT
from app.services.visit_page import VisitPage
from app.visits.states import UNFINISHED, MeetingState
from app.web.chips import Tone
from app.web.clocks import clock_time, day
from launch.scopes import SEARCH_OFF

FOUND_BY = {
    "context": _l("The EHR named the appointment."),
    "encounter": _l("Found by the encounter that is open in the EHR."),
    "csn": _l("Found by the contact number of the encounter."),
    "search": _l("Found as the patient’s only appointment of these hours."),
    "pick": _l("Picked by hand from the patient’s appointments."),
    "none": _l("The chart has no appointment for it."),
}
SETTINGS = {
    "waiting_room": _l("Waiting room"),
    "waiting_room_options.who_goes_to_waiting_room": _l("Who goes to the waiting room"),
    "join_before_host": _l("Join before the host"),
    "approval_type": _l("Registration"),
    "meeting_authentication": _l("Only signed-in users"),
    "encryption_type": _l("Encryption"),
    "use_pmi": _l("Personal meeting room"),
    "auto_recording": _l("Recording"),
    "continuous_meeting_chat.enable": _l("Lasting chat"),
    "auto_start_meeting_summary": _l("AI summary"),
    "auto_start_ai_companion_questions": _l("AI questions"),
}
VALUES = {
    "true": _l("on"),
    "false": _l("off"),
    "none": _l("none"),
    "local": _l("on the computer"),
    "cloud": _l("in the cloud"),
}
CHART_SAYS = {
    "cancelled": _l("The chart says that this appointment is cancelled, and the visit is still open here."),
    "noshow": _l("The chart says that the patient did not come, and the visit is still open here."),
    "gone": _l("The chart has no such appointment any more. Ask the clinic's schedulers before the visit."),
    "booked": _l("The chart says that this appointment is booked again, and the visit is cancelled here."),
}


@dataclass(frozen=True)
class Notice:
    """One line. `drift` rows stand below it."""

    key: str
    tone: Tone
    text: object
    drift: tuple[tuple[object, object, object], ...] = ()


def notices_of(page: VisitPage) -> tuple[Notice, ...]:
    """The lines of this page, the gravest first."""
    found = (
        _drift(page),
        _failed(page),
        _on_other_video(page),
        _chart(page),
        _took_place(page),
        _moved(page),
        _unread(page),
    )
    return tuple(notice for notice in found if notice is not None)


def _drift(page: VisitPage) -> Notice | None:
    if page.meeting is None or not page.meeting.drift or page.state not in UNFINISHED:
        return None
    rows = tuple(
        (
            SETTINGS.get(one.setting, one.setting),
            VALUES.get(one.asked, one.asked),
            VALUES.get(one.got, one.got),
        )
        for one in page.meeting.drift
    )
    wrong = _("%(video)s runs this call with other settings than this department wants.", video=page.video)
    if page.meeting.error_code == DRIFT:
        remedy = _(
            "So the visit was not started. Ask whoever manages %(video)s here to set them right, then start.",
            video=page.video,
        )
    else:
        remedy = _(
            "The visit can go on. Ask whoever manages %(video)s here to set them right for the next one.",
            video=page.video,
        )
    return Notice("drift", "bad", f"{wrong} {remedy}", rows)


def _failed(page: VisitPage) -> Notice | None:
    if page.meeting is None or page.meeting.state is not MeetingState.FAILED:
        return None
    if page.meeting.error_code == DRIFT:
        return None
    why = explain_name(page.meeting.error_code or "")
    if why is None:
        text = _("The meeting could not be made. Start tries again.")
    else:
        text = _("The meeting could not be made (%(code)s). Start tries again.", code=why.code)
        text = f"{text} {why.cause} {why.next_step}"
    return Notice("meeting", "bad", text)


def _on_other_video(page: VisitPage) -> Notice | None:
    """Whoever is in the old call is to be told by those who can."""
    if page.at.since is None or page.state not in UNFINISHED:
        return None
    at = clock_time(page.at.since, page.zone)
    text = _(
        "This visit was moved to %(video)s at %(time)s. Links stay as they are.", video=page.video, time=at
    )
    if page.meeting is None or page.meeting.state is MeetingState.CLOSED:
        leave = _("Start opens the new call. Whoever is in the old one still should leave it.")
        text = f"{text} {leave}"
    if not page.at.tells:
        silent = _("%(video)s does not tell who is in the call, and has no waiting room.", video=page.video)
        text = f"{text} {silent}"
    return Notice("video", "wait", text)


def _chart(page: VisitPage) -> Notice | None:
    said = CHART_SAYS.get(page.chart_warning or "")
    return Notice("chart", "bad", said) if said else None


def _took_place(page: VisitPage) -> Notice | None:
    if not page.took_place:
        return None
    if page.state in UNFINISHED:
        text = _("The chart says that this appointment has taken place, and the visit is not closed here.")
    else:
        text = _(
            "The chart says that this appointment has taken place, and here it is closed without a visit."
        )
    return Notice("took-place", "wait", text)


def _moved(page: VisitPage) -> Notice | None:
    if page.moved_from is None or page.state not in UNFINISHED:
        return None
    before = f"{day(page.moved_from, page.zone)} {clock_time(page.moved_from, page.zone)}"
    return Notice(
        "moved", "wait", _("The chart moved this visit. It was planned for %(before)s.", before=before)
    )


def _unread(page: VisitPage) -> Notice | None:
    if not page.unread:
        return None
    what = ", ".join(_("searching appointments") if gap == SEARCH_OFF else gap for gap in page.unread)
    return Notice("unread", "quiet", _("The EHR did not grant reading of: %(what)s.", what=what))
