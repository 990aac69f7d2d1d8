"""Visits to come are given another host when theirs can host no more, and their own when it can again."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from app.ports import Rooms
from app.services.choose_host import choose_host
from app.services.ring import Telling, telling
from app.store.directory import is_any_due, named_by, practitioners, take_due
from app.store.host_checks import visits_to_plan
from app.store.visits import hold_visits
from app.visits.hosts import own_host
from app.visits.states import VisitState


def plan_hosts(rooms: Rooms) -> int:
    """Plan anew for everybody of whom the account told something else. How many visits were looked at."""
    vendor = rooms.video.vendor
    with rooms.db.read() as tx:
        if not is_any_due(tx, vendor):
            return 0
    with telling(rooms) as told:
        keys = take_due(told.tx, vendor)
        return len(plan_anew(rooms, told, keys)) if keys else 0


def plan_anew(rooms: Rooms, told: Telling, keys: Collection[str]) -> tuple[str, ...]:
    """The planned visits of these hosts, and of practitioners whose own account is among them.

    Their links stay: only the host changes, and the meeting is made when it is needed.
    """
    mine = _practitioners_of(rooms, told.tx, keys)
    visit_ids = visits_to_plan(told.tx, keys, mine, told.now)
    for visit in hold_visits(told.tx, visit_ids):
        if VisitState(visit.state) is not VisitState.PLANNED:
            continue
        visit.host_key = choose_host(
            told.tx,
            rooms.video.vendor,
            rooms.sites.by_name(visit.site),
            visit.department,
            practitioner_id=visit.practitioner_id,
            planned=visit.host_key,
        )
        told.tell(visit.id, "meeting")
    return visit_ids


def _practitioners_of(rooms: Rooms, tx: Session, keys: Collection[str]) -> list[tuple[str, str]]:
    wanted, found = {key.casefold() for key in keys}, []
    for site in rooms.sites.all():
        for row in practitioners(tx, [site.name]):
            own = own_host(site.zoom_hosts, named_by(tx, rooms.video.vendor, row), {})
            addresses = {own.key.casefold()} if own else set()
            if wanted & (addresses | set(row.emails.split())):
                found.append((site.name, row.practitioner_id))
    return found
