"""Calls that are over: what was not told of them is read in the vendor's record, and marked as derived."""

from datetime import timedelta

import structlog

from app.ports import Rooms, Stay
from app.services.look_at_call import PAST, PEOPLE, sightings_of
from app.services.polling_purse import BudgetSpent, Purse
from app.services.refresh_meeting import refresh_meeting
from app.services.ring import telling
from app.services.watched import whose
from app.store.derived_facts import keep_derived
from app.store.facts import facts_of_meeting
from app.store.meetings import guests_of, hold_meeting
from app.store.run_checks import claim_runs, note_judged, note_read, runs_to_judge
from app.visits.call import CallFact
from app.visits.observed import is_whole, run_seen

log = structlog.get_logger()
MOST_AT_ONCE = 4
# Events are late at times, and records are made some time after the end.
AFTER_THE_END = timedelta(minutes=1)
KEPT_FOR = timedelta(days=2)
AGAIN_AFTER = (timedelta(minutes=5), timedelta(minutes=20), timedelta(hours=1), timedelta(hours=4))


def judge_past_runs(rooms: Rooms) -> int:
    """Find runs that are over and were not told as a whole. How many runs were looked over."""
    now = rooms.clock.now()
    with rooms.db.read() as tx:
        found = runs_to_judge(
            tx, rooms.vendors_that_tell, now - KEPT_FOR, now - AFTER_THE_END, MOST_AT_ONCE * 8
        )
    for meeting_id, uuid in found:
        with rooms.db.write() as tx:
            whole = is_whole(facts_of_meeting(tx, meeting_id), uuid)
            note_judged(tx, meeting_id, uuid, None if whole else now)
    return len(found)


def read_past_runs(rooms: Rooms) -> int:
    """Read a few records that are due. How many there were."""
    now = rooms.clock.now()
    with rooms.db.write() as tx:
        due = claim_runs(tx, now, now + AGAIN_AFTER[0], MOST_AT_ONCE)
    for meeting_id, uuid, tries in due:
        try:
            is_all = _read(rooms, meeting_id, uuid)
        except BudgetSpent:
            is_all = False
        except Exception as fault:
            log.warning("past_run_not_read", error=type(fault).__name__)
            is_all = False
        again = None if is_all or tries >= len(AGAIN_AFTER) else now + AGAIN_AFTER[tries]
        with rooms.db.write() as tx:
            note_read(tx, meeting_id, uuid, again)
    return len(due)


def _read(rooms: Rooms, meeting_id: str, uuid: str) -> bool:
    """Whether nothing more is to be expected."""
    found = whose(rooms, meeting_id)
    if found is None:
        return True
    purse = Purse(rooms, *found)
    run = purse.ask_if_offered(PAST, lambda: purse.video.past_run(uuid))
    if run is None:
        return False
    people = _people(rooms, purse, meeting_id, uuid)
    with telling(rooms) as told:
        meeting = hold_meeting(told.tx, meeting_id)
        if meeting is None:
            return True
        known = facts_of_meeting(told.tx, meeting_id)
        sightings = sightings_of(people or (), meeting, guests_of(told.tx, [meeting_id]))
        if keep_derived(told.tx, meeting_id, run_seen(known, uuid, sightings, run.started_at, run.ended_at)):
            refresh_meeting(told, meeting)
    return people is None or bool(people)


def _people(rooms: Rooms, purse: Purse, meeting_id: str, uuid: str) -> tuple[Stay, ...] | None:
    """Who was in it, as far as it is recorded yet. None: no record will ever tell.

    Of a single person the record of the call never tells, and dashboards only where the account has them.
    """
    people = purse.ask_if_offered(PAST, lambda: purse.video.past_people(uuid))
    with rooms.db.read() as tx:
        are_many = _people_in(facts_of_meeting(tx, meeting_id), uuid) > 1
    if people or are_many:
        return people or ()
    return purse.ask_if_offered(PEOPLE, lambda: purse.video.past_loner(uuid))


def _people_in(known: tuple[CallFact, ...], uuid: str) -> int:
    return len({fact.person for fact in known if fact.instance == uuid and fact.person is not None})
