"""A meeting that is looked at, and the scene around it, out of our rows."""

from dataclasses import dataclass
from datetime import datetime

from app.models import Meeting, Visit
from app.ports import Rooms
from app.services.look_at_call import Watched
from app.store.facts import facts_of_meeting
from app.store.meetings import visits_of
from app.store.polling import watch_of
from app.store.visits import end_of, peek_visit
from app.visits.call import CallFact, instances_of
from app.visits.states import WAITS, MeetingState, Presence, VisitState
from app.visits.watch import Scene

WAITS_FOR_SOMEBODY = WAITS | {Presence.IN_CALL}


@dataclass(frozen=True)
class Around:
    """A watched meeting. `word_at`: when the vendor last told something of its own accord."""

    meeting: Watched
    site: str
    scene: Scene
    asked_at: datetime | None
    failures: int
    word_at: datetime | None


def around(rooms: Rooms, meeting_id: str) -> Around | None:
    """The scene as it is now; None where there is nothing to look at."""
    with rooms.db.read() as tx:
        meeting = tx.get(Meeting, meeting_id)
        visits = [visit for one in visits_of(tx, meeting_id) if (visit := peek_visit(tx, one))]
        if meeting is None or meeting.room_id is None or not visits:
            return None
        facts, watch = facts_of_meeting(tx, meeting_id), watch_of(tx, meeting_id)
    told = [fact.at for fact in facts if not fact.derived]
    return Around(
        Watched(meeting.id, meeting.room_id, meeting.vendor),
        visits[0].site,
        _scene(MeetingState(meeting.state), visits, facts),
        watch.asked_at if watch else None,
        watch.failures if watch else 0,
        max(told, default=None),
    )


def whose(rooms: Rooms, meeting_id: str) -> tuple[str, str] | None:
    """Which EHR's visit the meeting serves, and at which video service."""
    with rooms.db.read() as tx:
        meeting = tx.get(Meeting, meeting_id)
        if meeting is None:
            return None
        visits = (peek_visit(tx, visit_id) for visit_id in visits_of(tx, meeting_id))
        return next(((visit.site, meeting.vendor) for visit in visits if visit is not None), None)


def _scene(state: MeetingState, visits: list[Visit], facts: tuple[CallFact, ...]) -> Scene:
    people = [person for visit in visits for person in visit.people]
    moves = [
        *(visit.opened_at for visit in visits),
        *(person.join_clicked_at for person in people),
        *(run.ended_at for run in instances_of(facts)),
    ]
    return Scene(
        meeting=state,
        visits=frozenset(VisitState(visit.state) for visit in visits),
        over_at=max(end_of(visit) for visit in visits),
        moved_at=max((move for move in moves if move is not None), default=None),
        somebody_waits=any(person.presence in WAITS_FOR_SOMEBODY for person in people),
    )
