"""What staff see of the link of somebody whom they invited."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.models import Participant, Visit
from app.ports import Rooms
from app.services.hall import hall_of
from app.services.link_messages import LinkMessage, messages_to_each


@dataclass(frozen=True)
class GuestShown:
    """The link, what became of its messages, and how it stands. Instants are UTC."""

    link: str | None = field(repr=False)
    language: str | None
    messages: tuple[LinkMessage, ...]
    taken_back_at: datetime | None
    ends_at: datetime
    is_over: bool


def guests_of_visit(rooms: Rooms, tx: Session, visit: Visit) -> Mapping[str, GuestShown]:
    """Of everybody who was invited, by participant."""
    invited = [person for person in visit.people if person.invited_at is not None]
    messages = messages_to_each(rooms, tx, visit.id, invited)
    return dict(_shown(rooms, visit, invited, messages))


def _shown(
    rooms: Rooms,
    visit: Visit,
    invited: Iterable[Participant],
    messages: Mapping[str, tuple[LinkMessage, ...]],
) -> Iterable[tuple[str, GuestShown]]:
    for person in invited:
        hall = hall_of(visit, person)
        if hall.ends_at is None:
            continue
        good = person.token if person.revoked_at is None else None
        link = f"{rooms.settings.base_url}/v/{good}" if good else None
        is_over = hall.is_over(rooms.clock.now())
        sent = messages[person.id]
        yield (
            person.id,
            GuestShown(link, person.language, sent, person.revoked_at, hall.ends_at, is_over),
        )
