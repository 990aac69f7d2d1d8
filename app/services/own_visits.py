"""A patient who came by the way of staff: where their own visits are."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from app.ports import Rooms
from app.store.own_visits import visits_of_patient

LOOK_BACK = timedelta(hours=24)
MOST = 5


@dataclass(frozen=True)
class OwnVisit:
    """A visit to come or under way, and the token of the patient's own link."""

    start: datetime
    zone: ZoneInfo
    token: str = field(repr=False)


def own_visits(rooms: Rooms, site: str, fhir_user: str) -> tuple[OwnVisit, ...]:
    """The patient's visits that are not over, soonest first; none for anybody but a patient."""
    kind, _, patient_id = fhir_user.partition("/")
    if kind != "Patient":
        return ()
    with rooms.db.read() as tx:
        rows = visits_of_patient(tx, site, patient_id, rooms.clock.now() - LOOK_BACK, MOST)
    return tuple(OwnVisit(visit.start, ZoneInfo(visit.time_zone), token) for visit, token in rows)
