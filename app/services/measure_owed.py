"""What is owed to other systems, measured when somebody asks."""

import math

from sqlalchemy.orm import Session

from app.metrics import OUTBOX, OUTBOX_OLDEST
from app.ports import Rooms
from app.services.deliver_outbox import HANDLERS
from app.store.outbox import UNDELIVERED
from app.store.owed_counts import count_owed


def measure_owed(rooms: Rooms, tx: Session) -> None:
    """Set the gauges of all kinds and states, so that none keeps telling what is over."""
    found, now = count_owed(tx), rooms.clock.now()
    for kind in HANDLERS:
        for state in UNDELIVERED:
            owed = found.get((kind, state))
            OUTBOX.labels(kind, state.value).set(owed.count if owed else 0)
            age = (now - owed.oldest).total_seconds() if owed else 0.0
            OUTBOX_OLDEST.labels(kind, state.value).set(max(age, 0.0))


def forget_owed() -> None:
    """It is not known what is owed."""
    for kind in HANDLERS:
        for state in UNDELIVERED:
            OUTBOX.labels(kind, state.value).set(math.nan)
            OUTBOX_OLDEST.labels(kind, state.value).set(math.nan)
