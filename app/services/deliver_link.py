"""A person's link, as a message in their language; and what became of the visit that it leads to."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from app.errors.links import AddressMissing, ChannelOff
from app.messages.phones import as_e164
from app.messages.texts import LinkToSend, Wording, link_words, moved_words, off_words
from app.models import Participant, Visit
from app.ports import Message, Rooms
from app.services.owed import NotNeeded
from app.services.send_link import KIND as SEND_LINK
from app.services.send_link import address_of
from app.services.tell_people import CALLED_OFF, MOVED, OFF
from app.store.outbox import Claim
from app.store.people import person_of
from app.store.visits import end_of, find_visit
from app.visits.states import UNFINISHED, Role, VisitState
from app.words import words_in

WORDS: Mapping[str, Wording] = {SEND_LINK: link_words, MOVED: moved_words, OFF: off_words}


def deliver_link(rooms: Rooms, owed: Claim) -> str | None:
    """Hand the message to its gateway; answer the gateway's id. Raises NotNeeded or the gateway's error."""
    with rooms.db.read() as tx:
        visit = find_visit(tx, owed.visit_id)
        person = person_of(visit, owed.subject) if visit else None
    if visit is None or person is None or person.token is None or person.revoked_at is not None:
        raise NotNeeded
    if not _is_still_so(rooms, owed, visit):
        raise NotNeeded
    gateway = rooms.gateways.get(owed.channel or "")
    if gateway is None:
        raise ChannelOff
    return gateway.send(_message(rooms, owed, visit, person, person.token))


def link_url(rooms: Rooms, token: str) -> str:
    """The address that a person is given, before, during and after the visit."""
    return f"{rooms.settings.base_url}/v/{token}"


def _message(rooms: Rooms, owed: Claim, visit: Visit, person: Participant, token: str) -> Message:
    address = address_of(person, owed.channel or "")
    if address is None:
        raise AddressMissing
    words = words_in(person.language)
    clinic = rooms.sites.by_name(visit.site).title
    role, zone = Role(person.role), ZoneInfo(visit.time_zone)
    link = LinkToSend(clinic, visit.start, zone, link_url(rooms, token), role)
    subject, long_text, short_text = WORDS[owed.kind](words, link)
    if owed.channel == "sms":
        return Message(as_e164(address, visit.time_zone), subject, short_text, owed.id)
    return Message(address, subject, long_text, owed.id)


def _is_still_so(rooms: Rooms, owed: Claim, visit: Visit) -> bool:
    """Whether there is still something in what the message says."""
    if owed.kind == OFF:
        return visit.state in CALLED_OFF and rooms.clock.now() < end_of(visit)
    if owed.kind == MOVED and rooms.clock.now() >= end_of(visit):
        return False
    return VisitState(visit.state) in UNFINISHED
