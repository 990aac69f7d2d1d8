"""What staff see beside the visit itself: what whoever waits is told, who checked in, who handed over."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.models import Visit
from app.ports import Rooms
from app.services.check_in import CheckIn, check_in_of
from app.services.hand_over import Handed, handed_of
from app.services.say_wait import SaidThere, WaitSaid, said_there, wait_said


@dataclass(frozen=True)
class Aside:
    """`wait`: what stands on our pages; `wait_there`: whether the video service says it too."""

    wait: WaitSaid | None
    wait_there: SaidThere | None
    handed: Handed | None
    check_in: CheckIn


def aside_of(rooms: Rooms, tx: Session, visit: Visit) -> Aside:
    """As it is now."""
    return Aside(
        wait_said(visit), said_there(tx, visit), handed_of(rooms, tx, visit), check_in_of(rooms, visit)
    )
