"""Joining by telephone, for who has no device: what the meeting offers, where the department wants it."""

import json
from dataclasses import dataclass, field

from babel.core import get_global
from sqlalchemy.orm import Session

from app.models import Visit
from app.ports import DialIn, Room, Rooms
from app.services.hall import policy_of
from app.store.meetings import active_meeting, visits_of
from app.store.visits import peek_visit

MOST_NUMBERS = 4


@dataclass(frozen=True)
class PhoneNumber:
    """A number to call; `tap` dials it and types the rest."""

    number: str
    is_free: bool
    tap: str = field(repr=False)


@dataclass(frozen=True)
class PhoneWay:
    """Whom to call, and what to type then."""

    numbers: tuple[PhoneNumber, ...]
    meeting: str
    passcode: str = field(repr=False)


def dial_in_as_text(rooms: Rooms, tx: Session, meeting_id: str, room: Room) -> str | None:
    """What is kept of it, sealed: JSON. None where no department of the meeting's visits wants it."""
    visits = (peek_visit(tx, visit_id) for visit_id in visits_of(tx, meeting_id))
    wanted = any(policy_of(rooms, visit).dial_in for visit in visits if visit)
    return _as_text(room.dial_in) if wanted and room.dial_in is not None else None


def phone_way(rooms: Rooms, tx: Session, visit: Visit) -> PhoneWay | None:
    """How to join this visit's call by telephone; the numbers of the clinic's own country, if it has any."""
    if not policy_of(rooms, visit).dial_in:
        return None
    meeting = active_meeting(tx, visit.id)
    if meeting is None or meeting.dial_in is None:
        return None
    kept = json.loads(meeting.dial_in)
    here = get_global("zone_territories").get(visit.time_zone)
    numbers = [one for one in kept["numbers"] if one["country"] == here] or kept["numbers"]
    code = f",,{kept['meeting']}%23,,,,*{kept['passcode']}%23"
    return PhoneWay(
        tuple(
            PhoneNumber(one["number"], one["free"], f"tel:{one['number'].replace(' ', '')}{code}")
            for one in numbers[:MOST_NUMBERS]
        ),
        _in_groups(kept["meeting"]),
        kept["passcode"],
    )


def _as_text(offered: DialIn) -> str:
    numbers = [{"number": one.number, "country": one.country, "free": one.is_free} for one in offered.numbers]
    return json.dumps({"numbers": numbers, "meeting": offered.meeting, "passcode": offered.passcode})


def _in_groups(number: str) -> str:
    """923 4567 8901, as people read it aloud."""
    return " ".join(part for part in (number[:3], number[3:7], number[7:]) if part)
