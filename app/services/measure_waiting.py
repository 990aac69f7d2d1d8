"""Who waits for the clinic, measured when somebody asks."""

import math
from collections import Counter

from sqlalchemy.orm import Session

from app.metrics import LONGEST_WAIT, PATIENTS_WAITING
from app.ports import Rooms
from app.services.waiting import waits_since
from app.store.people import waiting_patients
from app.visits.states import VisitState

TOLD = ("yes", "no")


def measure_waiting(rooms: Rooms, tx: Session) -> None:
    """Set the gauges."""
    now, counted, longest = rooms.clock.now(), Counter[tuple[str, str]](), Counter[str]()
    for site, state, person in waiting_patients(tx):
        since = waits_since(VisitState(state), person)
        counted[site, "no" if person.told_at is None else "yes"] += 1
        waited = (now - since).total_seconds() if since else 0.0
        longest[site] = max(longest[site], math.floor(waited))
    for site in (one.name for one in rooms.sites.all()):
        LONGEST_WAIT.labels(site).set(longest[site])
        for told in TOLD:
            PATIENTS_WAITING.labels(site, told).set(counted[site, told])


def forget_waiting(rooms: Rooms) -> None:
    """It is not known who waits."""
    for site in (one.name for one in rooms.sites.all()):
        LONGEST_WAIT.labels(site).set(math.nan)
        for told in TOLD:
            PATIENTS_WAITING.labels(site, told).set(math.nan)
