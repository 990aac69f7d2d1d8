"""What our page tells of the person before it: it was opened, it is still open."""

from dataclasses import dataclass
from datetime import datetime

from app.errors.links import LinkUnknown
from app.models import Participant, Visit
from app.ports import Rooms
from app.services.hall import door_for
from app.services.refresh_presence import refresh_presence
from app.services.ring import telling
from app.store.people import find_by_link, note_page, person_of, trace_of
from app.store.visits import hold_visit, peek_visit
from app.visits.door import NOBODYS_DOORS, Door
from app.visits.presence import sign_of_life
from app.visits.states import Presence, Role


@dataclass(frozen=True)
class LinkedPerson:
    """Whose link it is, and the page that is right for them at this moment.

    `revision` counts every change that a page of the visit shows. Instants are UTC.
    """

    participant_id: str
    visit_id: str
    role: Role
    language: str | None
    presence: Presence
    told_at: datetime | None
    door: Door
    revision: int


def open_link(rooms: Rooms, token: str) -> LinkedPerson:
    """The page was loaded, or "Check again" pressed: its person is here. Raises LinkUnknown."""
    return _seen(rooms, token, opened=True)


def beat(rooms: Rooms, token: str) -> LinkedPerson:
    """The page is still open, as its scripts say every 15 seconds. Raises LinkUnknown."""
    return _seen(rooms, token, opened=False)


def look_at_link(rooms: Rooms, token: str) -> LinkedPerson:
    """As `open_link`, and nobody is here for it: for polls, previews and prefetches. Raises LinkUnknown."""
    with rooms.db.read() as tx:
        participant_id, visit_id = find_by_link(tx, token) or (None, "")
        visit = peek_visit(tx, visit_id)
    person = person_of(visit, participant_id) if visit else None
    if visit is None or person is None:
        raise LinkUnknown
    return _linked(rooms, visit, person, rooms.clock.now())


def _seen(rooms: Rooms, token: str, *, opened: bool) -> LinkedPerson:
    with telling(rooms) as told:
        participant_id, visit_id = find_by_link(told.tx, token) or (None, "")
        visit = hold_visit(told.tx, visit_id)
        person = person_of(visit, participant_id) if visit else None
        if visit is None or person is None:
            raise LinkUnknown
        if door_for(rooms, visit, person, told.now) not in NOBODYS_DOORS:
            note_page(person, sign_of_life(trace_of(person), told.now, opened=opened))
            refresh_presence(told, visit)
        return _linked(rooms, visit, person, told.now)


def _linked(rooms: Rooms, visit: Visit, person: Participant, now: datetime) -> LinkedPerson:
    return LinkedPerson(
        participant_id=person.id,
        visit_id=visit.id,
        role=Role(person.role),
        language=person.language,
        presence=Presence(person.presence),
        told_at=person.told_at,
        door=door_for(rooms, visit, person, now),
        revision=visit.revision,
    )
