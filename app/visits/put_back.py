"""Who was sent back to the waiting room by whoever hosts."""

from collections.abc import Collection
from datetime import datetime

from app.visits.call import CallFact, FactKind, stand_of
from app.visits.states import Presence


def put_back_at(facts: Collection[CallFact], person: str) -> datetime | None:
    """When the person was put back, if they are waiting since then; None for whoever waits to begin with."""
    told = [fact.at for fact in facts if fact.person == person and fact.kind is FactKind.PUT_BACK]
    stand = stand_of(facts, person) if told else None
    if stand is None or stand.presence is not Presence.WAITING:
        return None
    return max((at for at in told if at >= stand.since), default=None)
