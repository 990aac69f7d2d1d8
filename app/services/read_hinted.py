"""Appointments of which the EHR said that they changed are read, one by one."""

from collections.abc import Sequence
from datetime import timedelta

import structlog

from app.errors import explain
from app.metrics import SYNC_APPOINTMENTS
from app.ports import Rooms
from app.services.see_gone import read_one
from app.services.sync_purse import NotNow, SyncPurse
from app.services.sync_reading import SyncReading, Tally
from app.sites import ClinicSite
from app.store.subscriptions import drop_hints, give_back_hints, take_hints
from fhir.errors import FhirError
from launch.errors import LaunchError

log = structlog.get_logger()
MOST_AT_ONCE = 20
# Whoever took them and has not read them by then has died.
LEASE = timedelta(minutes=4)


def read_hinted(rooms: Rooms, site: ClinicSite, purse: SyncPurse) -> None:
    """Read what was told, the oldest first; what cannot be read now stays. Raises nothing of the chart's."""
    now = rooms.clock.now()
    with rooms.db.write() as tx:
        wanted = take_hints(tx, site.name, now, now + LEASE, MOST_AT_ONCE)
    if wanted and _read(rooms, site, purse, list(wanted)):
        purse.note_answer()
        with rooms.db.write() as tx:
            drop_hints(tx, site.name, wanted)
    elif wanted:
        with rooms.db.write() as tx:
            give_back_hints(tx, site.name, wanted)


def _read(rooms: Rooms, site: ClinicSite, purse: SyncPurse, wanted: Sequence[str]) -> bool:
    """Whether all of them were read."""
    tally = Tally()
    try:
        opened = purse.open_chart()
        if opened is None:
            return False
        reading = SyncReading(rooms, site, opened.chart, rooms.clock.now(), tally)
        found = [one for each in wanted if (one := read_one(reading, each)) is not None]
        reading.take(found)
    except NotNow:
        return False
    except (FhirError, LaunchError) as fault:
        purse.note_away(fault)
        log.warning("told_appointments_not_read", site=site.name, code=explain(fault).code)
        return False
    finally:
        for reason, number in tally.reasons.items():
            SYNC_APPOINTMENTS.labels(site.name, reason).inc(number)
    return True
