"""A kept delivery becomes facts of a call, and they become presence and states, in one transaction."""

from typing import Literal

import structlog

from app.models import InboxRow, Meeting
from app.ports import Rooms, Told
from app.services.refresh_presence import refresh_presence
from app.services.ring import Telling, telling
from app.store.facts import HOST, facts_of_meeting, keep_fact
from app.store.inbox import take
from app.store.meetings import hold_meeting_in_room, note_instances, passes_to, visits_of
from app.store.visits import hold_visit
from app.visits.call import instances_of, meeting_state_of
from app.visits.states import MeetingState

log = structlog.get_logger()
Effect = Literal["applied", "repeated", "unknown_meeting", "no_facts", "unreadable"]
# In other states a meeting is not moved by what is told of it.
MOVED_BY_FACTS = {MeetingState.READY, MeetingState.LIVE, MeetingState.IDLE}


def project(rooms: Rooms, seq: int) -> Effect | None:
    """Apply one delivery and mark it read. None if somebody else reads it or has read it.

    State follows from the set of facts by their inner times, whatever the order of arrival.
    """
    with telling(rooms) as told:
        row = take(told.tx, seq)
        if row is None:
            return None
        told.received_ms = row.received_ms
        effect = _apply(rooms, told, row)
        row.projected_at, row.effect = told.now, effect
    return effect


def refresh_meeting(told: Telling, meeting: Meeting) -> None:
    """Work out the meeting's runs and state, and presence in its visits. The meeting must be held."""
    facts = facts_of_meeting(told.tx, meeting.id)
    note_instances(told.tx, meeting.id, instances_of(facts))
    state, visits = meeting_state_of(facts), visits_of(told.tx, meeting.id)
    if meeting.state in MOVED_BY_FACTS and meeting.state != state:
        meeting.state = state
        for visit_id in visits:
            told.tell(visit_id, "meeting")
    for visit_id in visits:
        visit = hold_visit(told.tx, visit_id)
        if visit is not None:
            refresh_presence(told, visit)


def _apply(rooms: Rooms, told: Telling, row: InboxRow) -> Effect:
    try:
        facts = rooms.video.facts(row.body.encode())
    except Exception as fault:
        # A delivery that our reader chokes on must not hold up those behind it.
        log.warning("delivery_unreadable", error=type(fault).__name__)
        return "unreadable"
    if not facts:
        return "no_facts"
    changed: dict[str, Meeting] = {}
    for fact in facts:
        meeting = hold_meeting_in_room(told.tx, row.vendor, fact.room_id)
        if meeting is None:
            row.room_id = fact.room_id
            return "unknown_meeting"
        if keep_fact(told.tx, meeting.id, fact, _person(told, meeting, fact), row.seq):
            changed[meeting.id] = meeting
    for meeting in changed.values():
        refresh_meeting(told, meeting)
    return "applied" if changed else "repeated"


def _person(told: Telling, meeting: Meeting, fact: Told) -> str | None:
    """Whose fact it is: a guest's by their pass, the host's by their account, else nobody's that we know."""
    if fact.guest_id or fact.email:
        email = (fact.email or "").casefold()
        for guest in passes_to(told.tx, meeting.id):
            if (fact.guest_id and guest.guest_id == fact.guest_id) or guest.address.casefold() == email:
                return guest.participant_id
    if fact.user_id and fact.user_id in (meeting.host_id, fact.host_id):
        return HOST
    is_host = fact.email and meeting.host_email and fact.email.casefold() == meeting.host_email.casefold()
    return HOST if is_host else None
