"""What facts of calls mean for meetings and for everybody in their visits, worked out anew."""

from collections.abc import Collection, Iterable, Mapping

from app.models import Meeting
from app.services.refresh_presence import refresh_presence
from app.services.ring import Telling
from app.store.facts import facts_of_meetings
from app.store.meetings import meetings_serving, note_instances, visits_served
from app.store.visits import hold_visits
from app.visits.call import CallFact, instances_of, meeting_state_of
from app.visits.states import MeetingState

# In other states a meeting is not moved by what is told of it.
MOVED_BY_FACTS = {MeetingState.READY, MeetingState.LIVE, MeetingState.IDLE}


def refresh_meeting(told: Telling, meeting: Meeting) -> None:
    """Work out the meeting's runs and state, and presence in its visits. The meeting must be held."""
    refresh_meetings(told, {meeting: told.began_ms})


def refresh_meetings(told: Telling, meetings: Mapping[Meeting, int]) -> None:
    """As `refresh_meeting`, of many at once: each visit is held, worked out and written once.

    Beside each meeting stands the real time (ms) at which word of its change came.
    """
    if not meetings:
        return
    visits_of = visits_served(told.tx, [meeting.id for meeting in meetings])
    visits = hold_visits(told.tx, {visit_id for served in visits_of.values() for visit_id in served})
    meetings_of = meetings_serving(told.tx, [visit.id for visit in visits])
    # Read while the visits are held: another meeting of theirs may have been told of a moment ago.
    facts = facts_of_meetings(told.tx, {meeting.id for meeting in meetings}.union(*meetings_of.values()))
    note_instances(told.tx, {meeting.id: instances_of(facts.get(meeting.id, ())) for meeting in meetings})
    for meeting, came_ms in meetings.items():
        for visit_id in visits_of.get(meeting.id, ()):
            told.note_cause(visit_id, came_ms)
        _move(told, meeting, facts.get(meeting.id, ()), visits_of.get(meeting.id, ()))
    for visit in visits:
        mine = (facts.get(meeting_id, ()) for meeting_id in meetings_of.get(visit.id, ()))
        refresh_presence(told, visit, tuple(fact for some in mine for fact in some))


def _move(told: Telling, meeting: Meeting, facts: Collection[CallFact], visits: Iterable[str]) -> None:
    state = meeting_state_of(facts)
    if meeting.state in MOVED_BY_FACTS and meeting.state != state:
        meeting.state = state
        for visit_id in visits:
            told.tell(visit_id, "meeting")
