"""A person's link is to be sent to them."""

from datetime import timedelta

from app.errors.links import AddressMissing, ChannelOff, LinkTakenBack
from app.errors.visit import VisitUnknown
from app.models import Participant, Visit
from app.ports import Rooms
from app.services.ring import Telling, telling
from app.signin.session_view import SessionView
from app.store.outbox import Promise, owed_since, promise
from app.store.people import person_of
from app.store.visits import hold_visit
from app.visits.deeds import Deed

CHANNELS = ("email", "sms")
KIND = "send_link"
# A second press within this time is the same wish.
SAME_WISH = timedelta(seconds=30)


def send_link(
    rooms: Rooms, visit_id: str, participant_id: str, channel: str, by: SessionView | None = None
) -> None:
    """Promise to send the link; a message on its way already is not sent twice. `by`: whose wish it is.

    Raises VisitUnknown, ChannelOff, AddressMissing or LinkTakenBack.
    """
    if channel not in rooms.gateways:
        raise ChannelOff
    with telling(rooms) as told:
        visit = hold_visit(told.tx, visit_id)
        person = person_of(visit, participant_id) if visit else None
        if visit is None or person is None:
            raise VisitUnknown
        if address_of(person, channel) is None:
            raise AddressMissing
        if person.revoked_at is not None:
            raise LinkTakenBack
        if owed_since(told.tx, KIND, person.id, channel, told.now - SAME_WISH) is None:
            promise_link(rooms, told, visit, person, channel, rooms.random.token())
        if by is not None:
            told.note(by, Deed.SEND_LINK, visit.id, participant=person.id, channel=channel)


def promise_link(
    rooms: Rooms, told: Telling, visit: Visit, person: Participant, channel: str, occasion: str
) -> bool:
    """Owe the message, once for each occasion, if there is a gateway and an address. Tells if it is owed."""
    if channel not in rooms.gateways or address_of(person, channel) is None:
        return False
    key = f"{KIND}:{person.id}:{channel}:{occasion}"
    return promise(told.tx, Promise(rooms.random.token(), key, visit.id, KIND, person.id, channel), told.now)


def address_of(person: Participant, channel: str) -> str | None:
    """Where this person gets such messages."""
    return {"email": person.email, "sms": person.phone}.get(channel)
