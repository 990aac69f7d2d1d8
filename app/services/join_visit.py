"""The patient clicks Join: the pass that is theirs alone, made at the first click, or why not yet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.clock import epoch_ms
from app.errors.links import LinkUnknown
from app.models import Participant, Visit
from app.ports import Rooms, SecretLink
from app.services.ensure_meeting import ensure_meeting, is_gone, replace_gone
from app.services.ensure_pass import KeptLink, ensure_pass
from app.services.hall import door_for
from app.services.keep_unrecorded import keep_unrecorded
from app.services.refresh_presence import refresh_presence
from app.services.ring import Telling
from app.store.facts import facts_of_visits
from app.store.meetings import links_to_active_meetings
from app.store.people import find_by_links, person_of
from app.store.visits import hold_visits
from app.visits.door import JOIN_DOORS, Door


@dataclass(frozen=True)
class NotYet:
    """Join is not offered now; this page is right instead."""

    door: Door


@dataclass(frozen=True)
class _Click:
    """A click on the link of this token. `issued`: the pass, if it was made for this click."""

    rooms: Rooms = field(repr=False)
    token: str = field(repr=False)
    at: datetime
    issued: SecretLink | None = None


@dataclass(frozen=True)
class _Seen:
    """Who clicked, and the page that is right for them. They are on the way if there is a link, too."""

    participant_id: str
    visit_id: str
    door: Door
    link: SecretLink | None


def join_visit(rooms: Rooms, token: str) -> SecretLink | NotYet:
    """Where this person goes now; from the click on they are on the way.

    Only the first click calls the vendor, and one against a recording. Raises LinkUnknown, RecordingStillOn,
    or what `ensure_meeting` raises.
    """
    keep_unrecorded(rooms, token)
    at = rooms.clock.now()
    seen = _noted(_Click(rooms, token, at))
    if seen.door in JOIN_DOORS and seen.link is None:
        # The visit may be closed while the vendor answers, so the door is looked at again.
        seen = _noted(_Click(rooms, token, at, _first_pass(rooms, seen)))
    return NotYet(seen.door) if seen.link is None else seen.link


def _noted(click: _Click) -> _Seen:
    seen, last = click.rooms.db.write_together(_note_clicks, click)
    if seen is None:
        raise LinkUnknown
    if last:
        click.rooms.bell.ring(last)
    return seen


def _note_clicks(tx: Session, clicks: Sequence[_Click]) -> Sequence[tuple[_Seen | None, int]]:
    """Who clicked, None for an unknown link, and the number of the last line that open pages are told."""
    told = Telling(tx, max(click.at for click in clicks), epoch_ms())
    found = find_by_links(tx, {click.token for click in clicks})
    visits = {visit.id: visit for visit in hold_visits(tx, {visit_id for _, visit_id in found.values()})}
    links = links_to_active_meetings(tx, {participant_id for participant_id, _ in found.values()}, told.now)
    seen: list[_Seen | None] = []
    for click in clicks:
        participant_id, visit_id = found.get(click.token, (None, ""))
        visit = visits.get(visit_id)
        person = person_of(visit, participant_id) if visit else None
        kept = links.get(participant_id or "")
        link = click.issued or (KeptLink(kept) if kept else None)
        seen.append(_looked_at(click, visit, person, link) if visit and person else None)
    on_the_way = {one.visit_id for one in seen if one is not None and one.link is not None}
    # The click and what follows from it are written by one statement: facts do not depend on either.
    with tx.no_autoflush:
        facts = facts_of_visits(tx, on_the_way)
    for visit_id in sorted(on_the_way):
        refresh_presence(told, visits[visit_id], facts.get(visit_id, ()))
    last = told.number_lines()
    return [(one, last) for one in seen]


def _looked_at(click: _Click, visit: Visit, person: Participant, link: SecretLink | None) -> _Seen:
    """The link is given away only while Join is offered, and the click counts only if there is one."""
    door = door_for(click.rooms, visit, person, click.rooms.clock.now())
    if door not in JOIN_DOORS or link is None:
        return _Seen(person.id, visit.id, door, None)
    person.join_clicked_at = click.at
    return _Seen(person.id, visit.id, door, link)


def _first_pass(rooms: Rooms, seen: _Seen) -> SecretLink:
    meeting = ensure_meeting(rooms, seen.visit_id)
    try:
        return ensure_pass(rooms, meeting, seen.visit_id, seen.participant_id)
    except Exception as fault:
        if not is_gone(fault):
            raise
    replace_gone(rooms, meeting.id)
    fresh = ensure_meeting(rooms, seen.visit_id)
    return ensure_pass(rooms, fresh, seen.visit_id, seen.participant_id)
