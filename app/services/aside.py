"""What staff see beside the visit itself: what whoever waits is told, and who handed it over."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.models import Visit
from app.ports import Rooms
from app.services.hand_over import Handed, handed_of
from app.services.say_wait import SaidThere, WaitSaid, said_there, wait_said


@dataclass(frozen=True)
class Aside:
    """`wait`: what stands on our pages; `wait_there`: whether the video service says it too."""

    wait: WaitSaid | None
    wait_there: SaidThere | None
    handed: Handed | None


def aside_of(rooms: Rooms, tx: Session, visit: Visit) -> Aside:
    """As it is now."""
    return Aside(wait_said(visit), said_there(tx, visit), handed_of(rooms, tx, visit))
