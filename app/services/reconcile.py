"""Calls that somebody should be moving in are looked at, since a webhook that never comes tells nothing."""

from datetime import UTC, datetime, timedelta

import structlog

from app.ports import Rooms
from app.services.look_at_call import look_at_call, look_for_past_runs
from app.services.meeting_record import replace_gone
from app.services.polling_purse import BudgetSpent, Purse
from app.services.ring import telling
from app.services.watched import Around, around
from app.store.meetings import visits_of
from app.store.polling import claim_look, meetings_due_for_a_look, spent_on, watch_of
from app.visits.states import UNFINISHED, MeetingState
from app.visits.watch import Pace, affordable, next_look_at, pace_of

log = structlog.get_logger()
MOST_AT_ONCE = 8
LONGEST_WAIT = timedelta(minutes=5)
CLOSED_RESTS = 10


def reconcile(rooms: Rooms) -> int:
    """Look at a few calls whose time has come. How many were considered."""
    with rooms.db.read() as tx:
        due = meetings_due_for_a_look(tx, rooms.vendors_that_tell, rooms.clock.now(), MOST_AT_ONCE)
    for meeting_id in due:
        _consider(rooms, meeting_id)
    return len(due)


def _consider(rooms: Rooms, meeting_id: str) -> None:
    now, every = rooms.clock.now(), timedelta(seconds=rooms.settings.poll_seconds)
    with rooms.db.write() as tx:
        # Whoever dies over it leaves it to another for then.
        if not claim_look(tx, meeting_id, now, now + LONGEST_WAIT):
            return
    found = around(rooms, meeting_id)
    if found is None:
        return
    wanted = pace_of(found.scene, now)
    pace = affordable(
        wanted, _spent(rooms, found.site), Purse(rooms, found.site, found.meeting.vendor).budget
    )
    late = wanted is Pace.FAST and pace is not wanted
    due_at = next_look_at(pace, every, found.asked_at, found.word_at)
    # What is closed may be reopened; it has time.
    rest = every if UNFINISHED.intersection(found.scene.visits) else CLOSED_RESTS * every
    if pace is Pace.NONE:
        _note(rooms, meeting_id, now + rest, late=late)
    elif due_at is not None and due_at > now:
        _note(rooms, meeting_id, min(due_at, now + rest), late=late)
    elif _look(rooms, found, pace):
        _note(rooms, meeting_id, now + every, late=late, answered=True)
    else:
        wait = min(every * 2 ** min(found.failures, 8), LONGEST_WAIT)
        _note(rooms, meeting_id, now + wait, late=wanted is Pace.FAST, answered=False)


def _look(rooms: Rooms, found: Around, pace: Pace) -> bool:
    """Whether the vendor answered."""
    purse, meeting = Purse(rooms, found.site, found.meeting.vendor), found.meeting
    try:
        look_at_call(rooms, purse, meeting)
        if pace in (Pace.SLOW, Pace.RARE) and found.scene.meeting is MeetingState.READY:
            look_for_past_runs(rooms, purse, meeting)
    except BudgetSpent:
        return False
    except Exception as fault:
        if not getattr(fault, "room_gone", False):
            log.warning("call_not_seen", error=type(fault).__name__)
            return False
        replace_gone(rooms, meeting.id)
    return True


def _spent(rooms: Rooms, site: str) -> int:
    with rooms.db.read() as tx:
        return spent_on(tx, rooms.clock.now().astimezone(UTC).date()).get(site, 0)


def _note(
    rooms: Rooms, meeting_id: str, next_at: datetime, *, late: bool, answered: bool | None = None
) -> None:
    """The next look is then; `answered` None: nothing was asked.

    Pages are told when what they show becomes late, and when it is so no more.
    """
    with telling(rooms) as told:
        watch = watch_of(told.tx, meeting_id)
        if watch is None:
            return
        watch.next_at = next_at
        if answered is not None:
            watch.asked_at = told.now
            watch.answered_at = told.now if answered else watch.answered_at
            watch.failures = 0 if answered else watch.failures + 1
        if late != (watch.late_since is not None):
            watch.late_since = told.now if late else None
            for visit_id in visits_of(told.tx, meeting_id):
                told.tell(visit_id, "presence")
