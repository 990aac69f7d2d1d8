"""What decides the door of a link, out of our rows."""

from datetime import datetime
from zoneinfo import ZoneInfo

from app.models import Participant, Visit
from app.ports import Rooms
from app.sites import Policy
from app.store.people import person_in_role
from app.store.visits import slot_of
from app.visits.door import Door, Hall, door_of, link_ends_at
from app.visits.states import Presence, Role, VisitState


def policy_of(rooms: Rooms, visit: Visit) -> Policy:
    """What the visit's department wants."""
    return rooms.sites.by_name(visit.site).policy(visit.department)


def hall_of(visit: Visit, person: Participant) -> Hall:
    """The visit as this person stands before it."""
    host = person_in_role(visit, Role.HOST)
    return Hall(
        state=VisitState(visit.state),
        slot=slot_of(visit),
        patient=Presence(person.presence),
        host=Presence(host.presence) if host else Presence.INVITED,
        told=person.told_at is not None,
        patient_was_in_call=person.was_in_call,
        host_was_in_call=host.was_in_call if host else False,
        put_back=person.put_back_at is not None,
        taken_back=person.revoked_at is not None,
        ends_at=link_ends_at(slot_of(visit), ZoneInfo(visit.time_zone)) if person.invited_at else None,
    )


def door_for(rooms: Rooms, visit: Visit, person: Participant, now: datetime) -> Door:
    """The page that is right for this person at this moment."""
    policy = policy_of(rooms, visit)
    return door_of(hall_of(visit, person), now, policy.early_minutes, policy.zoom_room_from)
