"""How long somebody has been waiting for the clinic."""

from datetime import datetime

from app.models import Participant
from app.visits.states import UNFINISHED, WAITS, VisitState


def waits_since(state: VisitState, person: Participant | None) -> datetime | None:
    """Since when they wait, from their first sign of this stay on; None for whoever does not wait.

    Before a closed visit nobody waits, even if the page is still open.
    """
    if person is None or person.presence not in WAITS or state not in UNFINISHED:
        return None
    signs = (person.presence_since, person.page_here_since)
    return min((sign for sign in signs if sign is not None), default=None)
