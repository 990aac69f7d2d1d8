"""What staff read of a visit's story: each line, and each reason why somebody was not told, in a sentence."""

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.errors.base import Text
from app.services.timeline import Happened, Timeline
from app.visits.call import FactKind
from app.visits.deeds import Deed
from app.visits.known_late import Reason, Wait, Why
from app.visits.states import Act, Presence, Role, WriteState
from app.web.chips import PRESENCE, ROLE, WRITE
from app.web.clocks import clock_time, length_long
from app.web.delivery_words import EFFECTS, FACTS, lateness
from app.web.write_words import KINDS

SOURCES = {"page": _l("by our page"), "zoom": _l("told by the video service"), "poll": _l("found by asking")}
ACTS = {
    Act.START: _l("The visit was started"),
    Act.MEET: _l("Host and patient met in the call"),
    Act.FINISH: _l("The visit was finished"),
    Act.NO_SHOW: _l("A no-show was noted"),
    Act.CANCEL: _l("The visit was cancelled"),
    Act.CHART_CANCELLED: _l("The chart called it off"),
    Act.CHART_IN_ERROR: _l("The chart holds it for entered in error"),
    Act.REOPEN: _l("The visit was reopened"),
}
DEEDS = {
    Deed.SEEN: _l("The visit’s page was opened"),
    Deed.HOST_LINK: _l("The link into the call as its host was given"),
    Deed.SEND_LINK: _l("Somebody had the link sent"),
    Deed.MOVE_VIDEO: _l("Moved to another video service"),
    Deed.RETRY_WRITE: _l("A write was to be sent again"),
    Deed.GIVE_UP_WRITE: _l("A write was given up"),
    Deed.SETTLE_WRITE: _l("Somebody said whether a write is in the chart"),
}
LINES = {
    "presence": _l("Open pages were told who is where"),
    "state": _l("Open pages were told of the visit’s state"),
    "meeting": _l("Open pages were told of the call"),
    "told": _l("The patient’s page was told that the clinic knows"),
    "slot": _l("Open pages were told of the chart’s change"),
}
PROMISES = {
    **KINDS,
    "send_link": _l("Message with the link"),
    "send_moved": _l("Message: the visit was moved"),
    "send_cancelled": _l("Message: the visit is called off"),
    "end_meeting": _l("End of the call for everyone"),
}
STEPS = {"owed": _l("promised"), "sent": _l("sent"), "settled": _l("settled")}
# Events that staff know by what they tell.
EVENTS = {
    "meeting.started": FACTS[FactKind.STARTED],
    "meeting.ended": FACTS[FactKind.ENDED],
    "meeting.participant_joined_waiting_room": FACTS[FactKind.WAITING],
    "meeting.participant_admitted": FACTS[FactKind.ADMITTED],
    "meeting.participant_joined": FACTS[FactKind.JOINED],
    "meeting.participant_put_in_waiting_room": FACTS[FactKind.PUT_BACK],
    "meeting.participant_left_waiting_room": FACTS[FactKind.LEFT_WAITING],
    "meeting.participant_left": FACTS[FactKind.LEFT],
}


@dataclass(frozen=True)
class RowWords:
    """A line: what happened, more about it, and how late it was known, empty where at once."""

    title: Text
    detail: str
    late: str


def row_words(row: Happened) -> RowWords:
    """The words of one line."""
    title, detail = _said(row)
    whose = str(ROLE[row.role]) if row.role else ""
    late = lateness(row.late) if row.known_at is not None and row.late.total_seconds() >= 2 else ""
    return RowWords(f"{whose}: {title}" if whose else title, detail, late)


def wait_words(wait: Wait, story: Timeline) -> str:
    """The answer for one wait: when they came, and when a page of the clinic showed it."""
    who, came = _who(wait.person, story), clock_time(wait.came_at, story.zone)
    if wait.told_at is not None:
        told, length = clock_time(wait.told_at, story.zone), length_long(wait.told_at - wait.came_at)
        return str(
            _(
                "%(who)s: here at %(came)s, shown to the clinic at %(told)s (%(length)s later).",
                who=who,
                came=came,
                told=told,
                length=length,
            )
        )
    if wait.over_at is not None:
        over = clock_time(wait.over_at, story.zone)
        return str(
            _(
                "%(who)s: here at %(came)s, and until %(over)s no page showed it to the clinic.",
                who=who,
                came=came,
                over=over,
            )
        )
    return str(
        _("%(who)s: here since %(came)s, and no page has shown it to the clinic yet.", who=who, came=came)
    )


def reason_words(reason: Reason, story: Timeline) -> str:
    """One reason as a sentence."""
    start, end = clock_time(reason.start, story.zone), clock_time(reason.end, story.zone)
    length, event = lateness(reason.length), _event(reason.event)
    said = {"start": start, "end": end, "length": length, "event": event, "who": _who(reason.person, story)}
    texts = {
        Why.WORD_LATE: _l("Zoom’s word “%(event)s” of %(start)s came %(length)s late.", **said),
        Why.READ_LATE: _l("Zoom’s word “%(event)s” came at %(start)s and was read %(length)s later.", **said),
        Why.NOT_READ: _l("Zoom’s word “%(event)s” came at %(start)s and could not be read yet.", **said),
        Why.ASKED: _l("Of %(who)s Zoom did not tell by itself: found by asking, %(length)s later.", **said),
        Why.NO_PAGE: _l(
            "No page of anybody who may see this visit was open from %(start)s to %(end)s.", **said
        ),
        Why.NOT_SHOWN: _l(
            "From %(start)s to %(end)s a page was open, but none in sight of somebody who may act.", **said
        ),
        Why.PAGE_ONLY: _l(
            "%(who)s pressed Join at %(start)s: known by our page, not by Zoom, until %(end)s.", **said
        ),
    }
    return str(texts[reason.why])


def _said(row: Happened) -> tuple[Text, str]:
    if row.kind == "presence":
        return PRESENCE[Presence(row.what)].word, str(SOURCES.get(row.detail, ""))
    if row.kind == "told":
        return _("shown on a page of the clinic"), ""
    if row.kind == "act":
        return ACTS[Act(row.what)], ""
    if row.kind == "deed":
        return DEEDS.get(Deed(row.what), row.what), ""
    if row.kind == "delivery":
        return _("Zoom told: %(event)s", event=_event(row.what)), str(EFFECTS[row.detail].word)
    if row.kind == "derived":
        return FACTS.get(FactKind(row.what), row.what), str(_("worked out: nobody told"))
    if row.kind == "line":
        return LINES.get(row.what, row.what), ""
    return _promise(row)


def _promise(row: Happened) -> tuple[Text, str]:
    title = f"{PROMISES.get(row.what, row.what)}: {STEPS[row.kind]}"
    if row.kind != "settled":
        return title, ""
    state, _blank, code = row.detail.partition(" ")
    return title, f"{WRITE[WriteState(state)].word} {code}".strip()


def _event(name: str) -> str:
    return str(EVENTS.get(name) or name or _("event not noted"))


def _who(person: str | None, story: Timeline) -> str:
    return str(ROLE[story.roles.get(person or "", Role.PATIENT)])
