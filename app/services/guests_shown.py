"""What staff see of the link of somebody whom they invited."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.models import Participant, Visit
from app.ports import Rooms
from app.services.hall import hall_of
from app.services.link_messages import LinkMessage, messages_to_each
from app.services.take_pass_back import KIND
from app.store.outbox import rows_of
from app.visits.writes import NOT_NEEDED


@dataclass(frozen=True)
class GuestShown:
    """The link, what became of its messages, and how it stands. Instants are UTC."""

    link: str | None = field(repr=False)
    language: str | None
    messages: tuple[LinkMessage, ...]
    taken_back_at: datetime | None
    not_taken_back: str | None  # why the video service still knows them: an error's code
    ends_at: datetime
    is_over: bool


def guests_of_visit(rooms: Rooms, tx: Session, visit: Visit) -> Mapping[str, GuestShown]:
    """Of everybody who was invited, by participant."""
    invited = [person for person in visit.people if person.invited_at is not None]
    if not invited:
        return {}
    messages = messages_to_each(rooms, tx, visit.id, invited)
    return dict(_shown(rooms, visit, invited, messages, _refused(tx, visit.id)))


def _refused(tx: Session, visit_id: str) -> Mapping[str, str]:
    """Whose pass the video service did not take back, by the code of what it said last."""
    rows = [row for row in rows_of(tx, visit_id) if row.kind == KIND and row.lane is not None]
    return {str(row.lane): row.error_code for row in rows if row.error_code and row.error_code != NOT_NEEDED}


def _shown(
    rooms: Rooms,
    visit: Visit,
    invited: Iterable[Participant],
    messages: Mapping[str, tuple[LinkMessage, ...]],
    refused: Mapping[str, str],
) -> Iterable[tuple[str, GuestShown]]:
    for person in invited:
        hall = hall_of(visit, person)
        if hall.ends_at is None:
            continue
        good = person.token if person.revoked_at is None else None
        link = f"{rooms.settings.base_url}/v/{good}" if good else None
        is_over = hall.is_over(rooms.clock.now())
        yield (
            person.id,
            GuestShown(
                link,
                person.language,
                messages[person.id],
                person.revoked_at,
                refused.get(person.id) if person.revoked_at else None,
                hall.ends_at,
                is_over,
            ),
        )
