"""What people read of deliveries: what came of each, what it told, and how late it was."""

from datetime import timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.errors.base import Text
from app.visits.call import FactKind
from app.visits.notes import NoteKind
from app.web.chips import Chip
from app.web.clocks import length_long

EFFECTS = {
    "applied": Chip(_l("Applied"), "check", "good"),
    "repeated": Chip(_l("Known already"), "check", "quiet"),
    "no_facts": Chip(_l("Nothing to do"), "check", "quiet"),
    "unknown_meeting": Chip(_l("Of no meeting of ours"), "moon", "quiet"),
    "unread": Chip(_l("Not read yet"), "hourglass", "wait"),
    "unreadable": Chip(_l("Not readable"), "alert", "bad"),
    "failed": Chip(_l("Set aside"), "alert", "bad"),
}
FACTS: dict[str, Text] = {
    FactKind.STARTED: _l("the call began"),
    FactKind.ENDED: _l("the call ended"),
    FactKind.WAITING: _l("in the waiting room"),
    FactKind.ADMITTED: _l("let in"),
    FactKind.JOINED: _l("in the call"),
    FactKind.PUT_BACK: _l("put back into the waiting room"),
    FactKind.LEFT_WAITING: _l("left the waiting room"),
    FactKind.LEFT: _l("left the call"),
    NoteKind.TROUBLE: _l("trouble of the call"),
    NoteKind.ROLE: _l("another role in the call"),
    NoteKind.BOUND: _l("whose phone it is"),
    NoteKind.TESTED: _l("a device test"),
    NoteKind.RECORDING: _l("whether the call is recorded"),
    NoteKind.GONE: _l("the meeting was deleted"),
    NoteKind.CHANGED: _l("the meeting was changed"),
}
WHOSE = {"host": _l("the host"), "guest": _l("a person of the visit"), None: ""}
A_MINUTE = timedelta(minutes=1)
# Two clocks that keep time differ by as much.
AT_ONCE = timedelta(seconds=2)


def lateness(late: timedelta | None) -> str:
    """How long after it happened it was known: `at once`, `12 s`, `4 min`."""
    if late is None:
        return ""
    if late < AT_ONCE:
        return str(_("at once"))
    if late < A_MINUTE:
        return str(_("%(seconds)s s", seconds=int(late.total_seconds())))
    return length_long(late)
