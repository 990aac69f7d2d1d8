"""The patient clicks Join: the pass that is theirs alone, made at the first click, or why not yet."""

from dataclasses import dataclass
from datetime import datetime

from app.errors.links import LinkUnknown
from app.ports import Rooms, SecretLink
from app.services.ensure_meeting import ensure_meeting, is_gone, replace_gone
from app.services.ensure_pass import KeptLink, ensure_pass
from app.services.hall import door_for
from app.services.refresh_presence import refresh_presence
from app.services.ring import Telling, telling
from app.store.meetings import link_to_active_meeting
from app.store.people import find_by_link, person_of
from app.store.visits import hold_visit, peek_visit
from app.visits.door import JOIN_DOORS, Door


@dataclass(frozen=True)
class NotYet:
    """Join is not offered now; this page is right instead."""

    door: Door


@dataclass(frozen=True)
class _Click:
    participant_id: str
    visit_id: str
    at: datetime


def join_visit(rooms: Rooms, token: str) -> SecretLink | NotYet:
    """Where this person goes now; from the click on they are on the way.

    Only the first click calls the vendor. Raises LinkUnknown, or what `ensure_meeting` raises.
    """
    with telling(rooms) as told:
        click, door = _at_the_door(rooms, told, token)
        if door not in JOIN_DOORS:
            return NotYet(door)
        kept = link_to_active_meeting(told.tx, click.visit_id, click.participant_id)
        if kept is not None:
            return _on_the_way(rooms, told, click, KeptLink(kept))
    link = _first_pass(rooms, click)
    with telling(rooms) as told:
        return _on_the_way(rooms, told, click, link)


def _at_the_door(rooms: Rooms, told: Telling, token: str) -> tuple[_Click, Door]:
    participant_id, visit_id = find_by_link(told.tx, token) or (None, "")
    visit = peek_visit(told.tx, visit_id)
    person = person_of(visit, participant_id) if visit else None
    if visit is None or person is None:
        raise LinkUnknown
    return _Click(person.id, visit.id, told.now), door_for(rooms, visit, person, told.now)


def _first_pass(rooms: Rooms, click: _Click) -> SecretLink:
    meeting = ensure_meeting(rooms, click.visit_id)
    try:
        return ensure_pass(rooms, meeting, click.visit_id, click.participant_id)
    except Exception as fault:
        if not is_gone(fault):
            raise
    replace_gone(rooms, meeting.id)
    fresh = ensure_meeting(rooms, click.visit_id)
    return ensure_pass(rooms, fresh, click.visit_id, click.participant_id)


def _on_the_way(rooms: Rooms, told: Telling, click: _Click, link: SecretLink) -> SecretLink | NotYet:
    """The link is given away only if Join is still offered: the visit may have been closed meanwhile."""
    visit = hold_visit(told.tx, click.visit_id)
    person = person_of(visit, click.participant_id) if visit else None
    if visit is None or person is None:
        raise LinkUnknown
    door = door_for(rooms, visit, person, told.now)
    if door not in JOIN_DOORS:
        return NotYet(door)
    person.join_clicked_at = click.at
    refresh_presence(told, visit)
    return link
