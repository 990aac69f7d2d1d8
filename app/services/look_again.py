"""Presence that changes by time alone: an open page that fell silent, a Join click that led nowhere."""

from app.ports import Rooms
from app.services.refresh_presence import refresh_presence
from app.services.ring import telling
from app.store.people import visits_due_for_a_look
from app.store.visits import hold_visit

MOST_AT_ONCE = 200


def look_again(rooms: Rooms) -> int:
    """Work out presence where its time has come, a transaction a visit. How many visits there were."""
    with rooms.db.read() as tx:
        due = visits_due_for_a_look(tx, rooms.clock.now(), MOST_AT_ONCE)
    for visit_id in due:
        with telling(rooms) as told:
            visit = hold_visit(told.tx, visit_id)
            if visit is not None:
                refresh_presence(told, visit)
    return len(due)
