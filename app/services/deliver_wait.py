"""How late it is, said in the video service's own waiting room: minutes alone, never what somebody typed."""

from app.models import Meeting
from app.ports import Rooms
from app.services.owed import NotNeeded
from app.store.outbox import Claim
from app.store.people import person_in_role
from app.store.visits import find_visit
from app.visits.states import MeetingState, Role
from app.words import Words, words_in


def deliver_wait(rooms: Rooms, owed: Claim) -> str | None:
    """Say what is so by now. Raises NotNeeded where nobody waits there any more, or the vendor's error."""
    with rooms.db.read() as tx:
        meeting, visit = tx.get(Meeting, owed.subject), find_visit(tx, owed.visit_id)
    if meeting is None or meeting.room_id is None or visit is None or meeting.state != MeetingState.LIVE:
        raise NotNeeded
    patient = person_in_role(visit, Role.PATIENT)
    words = words_in(patient.language if patient else None)
    rooms.video_of(meeting.vendor).say_to_waiting(meeting.room_id, _sentence(words, visit.late_minutes))
    return None


def _sentence(words: Words, minutes: int | None) -> str:
    if minutes is None:
        _ = words.text
        return _("Please wait. The clinic lets you in.")
    ngettext = words.texts
    late = ngettext("We are about %(num)d minute late.", "We are about %(num)d minutes late.", minutes)
    return late % {"num": minutes}
