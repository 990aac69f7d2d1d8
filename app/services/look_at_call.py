"""One look at a call: the vendor is asked, and what nobody told of becomes derived facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.models import Meeting
from app.ports import RoomNow, Rooms, Run, Stay
from app.services.polling_purse import Purse
from app.services.recognize import who_is
from app.services.refresh_meeting import refresh_meeting
from app.services.ring import telling
from app.store.derived_facts import keep_derived
from app.store.facts import STRANGER, facts_of_meeting
from app.store.meetings import KnownGuest, guests_of, hold_meeting
from app.visits.call import CallFact
from app.visits.observed import Sighting, call_seen, people_seen, run_seen, runs_under_way

PEOPLE = "people"
PAST = "past"


@dataclass(frozen=True)
class Watched:
    """A meeting that is looked at."""

    id: str
    room_id: str
    vendor: str


def look_at_call(rooms: Rooms, purse: Purse, meeting: Watched) -> None:
    """Ask who is in the call, or at least whether there is one: one call of the vendor mostly, two at times.

    Raises BudgetSpent, or the vendor's error.
    """
    began, room = rooms.clock.now(), None
    with rooms.db.read() as tx:
        known_to_run = bool(runs_under_way(facts_of_meeting(tx, meeting.id)))
    people = _people(rooms, purse, meeting) if known_to_run else None
    if not people or not any(one.until is None and not one.waiting for one in people):
        room = purse.ask("room", lambda: purse.video.room_now(meeting.room_id))
        if room.live and not known_to_run:
            people = _people(rooms, purse, meeting)
    _keep(rooms, meeting, began, room, people)


def look_for_past_runs(rooms: Rooms, purse: Purse, meeting: Watched) -> None:
    """Ask for runs of which nobody ever told, where nothing is known to have begun."""
    with rooms.db.read() as tx:
        known = {fact.instance for fact in facts_of_meeting(tx, meeting.id)}
    listed = purse.ask_if_offered(PAST, lambda: purse.video.past_runs(meeting.room_id)) or ()
    for run in listed:
        if run.instance not in known:
            _keep_past(rooms, meeting, run, purse)


def sightings_of(
    stays: Sequence[Stay], meeting: Meeting, guests: Sequence[KnownGuest]
) -> tuple[Sighting, ...]:
    """The stays with whose they are. Somebody who matches nobody is known by their connection."""
    named = ((one, who_is(meeting, guests, one) or _stranger(one)) for one in stays)
    return tuple(Sighting(who, one.waiting, one.since, one.until) for one, who in named if who is not None)


def _people(rooms: Rooms, purse: Purse, meeting: Watched) -> tuple[Stay, ...] | None:
    """None where the vendor cannot be asked. A call that is under way holds somebody: an empty list lags."""
    return purse.ask_if_offered(PEOPLE, lambda: purse.video.people_now(meeting.room_id)) or None


def _keep(
    rooms: Rooms, looked: Watched, at: datetime, room: RoomNow | None, people: Sequence[Stay] | None
) -> None:
    with telling(rooms) as told:
        meeting = hold_meeting(told.tx, looked.id)
        if meeting is None:
            return
        known = facts_of_meeting(told.tx, meeting.id)
        found = call_seen(known, room.instance, room.live, at) if room else []
        run = _run_seen(known, room)
        if run is not None and people:
            sightings = sightings_of(people, meeting, guests_of(told.tx, [meeting.id]))
            found += people_seen(known, run, sightings, at)
        if keep_derived(told.tx, meeting.id, found):
            refresh_meeting(told, meeting)


def _run_seen(known: Sequence[CallFact], room: RoomNow | None) -> str | None:
    """Which run the people are in: the one that the vendor names, else the last that is known to last."""
    if room is not None and not room.live:
        return None
    if room is not None and room.instance is not None:
        return room.instance
    return next(reversed(runs_under_way(known)), None)


def _keep_past(rooms: Rooms, looked: Watched, listed: Run, purse: Purse) -> None:
    run = purse.ask_if_offered(PAST, lambda: purse.video.past_run(listed.instance))
    if run is None or run.ended_at is None:
        return
    with telling(rooms) as told:
        meeting = hold_meeting(told.tx, looked.id)
        if meeting is None:
            return
        known = facts_of_meeting(told.tx, meeting.id)
        if keep_derived(told.tx, meeting.id, run_seen(known, run.instance, (), run.started_at, run.ended_at)):
            refresh_meeting(told, meeting)


def _stranger(stay: Stay) -> str | None:
    return f"{STRANGER}{stay.connection}" if stay.connection else None
