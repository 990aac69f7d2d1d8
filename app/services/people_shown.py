"""Somebody of a visit, as staff see them."""

from dataclasses import dataclass, field
from datetime import datetime

from app.models import Participant, Visit
from app.services.guests_shown import GuestShown
from app.services.shown_name import shown_name
from app.services.waiting import waits_since
from app.sites import Policy
from app.visits.states import Presence, Role, VisitState


@dataclass(frozen=True)
class PersonShown:
    """Somebody of the visit: where they are, and since when (UTC)."""

    id: str
    role: Role
    name: str = field(repr=False)
    name_in_call: str
    presence: Presence
    since: datetime | None
    waits_since: datetime | None
    was_in_call: bool
    derived: bool
    told_at: datetime | None
    put_back_at: datetime | None = None
    guest: GuestShown | None = None  # of somebody whom staff invited


def person_shown(
    visit: Visit, person: Participant, policy: Policy, guest: GuestShown | None = None
) -> PersonShown:
    """This participant as they are now. `guest`: their link, if staff invited them."""
    role = Role(person.role)
    return PersonShown(
        id=person.id,
        role=role,
        name=person.name or (visit.practitioner_name or "" if role is Role.HOST else ""),
        name_in_call=shown_name(policy, visit, person),
        presence=Presence(person.presence),
        since=person.presence_since,
        waits_since=waits_since(VisitState(visit.state), person),
        was_in_call=person.was_in_call,
        derived=person.presence_derived,
        told_at=person.told_at,
        put_back_at=person.put_back_at,
        guest=guest,
    )
