"""The ways to send a person their link, and what became of the last message of each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.models import OutboxRow, Participant
from app.ports import Rooms
from app.services.send_link import CHANNELS, KIND, SAME_WISH, address_of
from app.store.outbox import OPEN, rows_of
from app.visits.states import WriteState


@dataclass(frozen=True)
class LinkMessage:
    """One channel. `address` None: the chart tells none. `state` None: nothing was sent by it yet."""

    channel: str
    address: str | None = field(repr=False)
    state: WriteState | None
    at: datetime | None
    error_code: str | None
    same_wish: bool = False  # to press now is the same wish: nothing more is sent


def messages_to(rooms: Rooms, tx: Session, person: Participant) -> tuple[LinkMessage, ...]:
    """The channels that are set up here, each with its last message to this person."""
    return messages_to_each(rooms, tx, person.visit_id, [person])[person.id]


def messages_to_each(
    rooms: Rooms, tx: Session, visit_id: str, people: Iterable[Participant]
) -> Mapping[str, tuple[LinkMessage, ...]]:
    """As `messages_to`, by participant. Messages with a link that was replaced since are left out."""
    sent = [row for row in rows_of(tx, visit_id) if row.kind == KIND]
    since = rooms.clock.now() - SAME_WISH
    channels = [channel for channel in CHANNELS if channel in rooms.gateways]
    found: dict[str, tuple[LinkMessage, ...]] = {}
    for person in people:
        rows = [row for row in sent if row.subject == person.id and _is_of_this_link(row, person)]
        found[person.id] = tuple(_message(person, channel, rows, since) for channel in channels)
    return found


def _is_of_this_link(row: OutboxRow, person: Participant) -> bool:
    return person.invited_at is None or row.created_at >= person.invited_at


def _message(person: Participant, channel: str, rows: list[OutboxRow], since: datetime) -> LinkMessage:
    last = next((row for row in reversed(rows) if row.channel == channel), None)
    address = address_of(person, channel)
    if last is None:
        return LinkMessage(channel, address, None, None, None)
    at = last.settled_at or last.sent_at or last.created_at
    same_wish = last.state in OPEN or last.created_at >= since
    return LinkMessage(channel, address, WriteState(last.state), at, last.error_code, same_wish)
