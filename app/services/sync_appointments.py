"""Appointments flow in: what staff would see by looking is seen without them, the nearest visits first."""

import time
from datetime import timedelta

import structlog

from app.errors import explain
from app.metrics import SYNC_APPOINTMENTS, SYNC_TURNS
from app.ports import Rooms
from app.services.read_hinted import read_hinted
from app.services.see_gone import read_vanished
from app.services.subscribe import tend_subscription
from app.services.sync_legs import Leg, take_due_leg
from app.services.sync_purse import NotNow, SyncPurse
from app.services.sync_reading import SyncReading, Tally
from app.sites import ClinicSite
from app.store.sync import end_leg, note_failure
from app.sync_plan import SyncPlan
from app.visits.windows import Band
from fhir.appointments import search_window
from fhir.errors import ChartUnauthorized, FhirError
from launch.errors import BackendRefused, LaunchError

log = structlog.get_logger()
# How long one turn may read. What it did not come to is read at the next: what it saw is kept.
TURN_SECONDS = {Band.NEAR: 120.0, Band.TODAY: 40.0, Band.LATER: 20.0}
# Somebody has to change something at the EHR first.
REFUSED_FOR = timedelta(minutes=10)


def sync_site(rooms: Rooms, site_name: str) -> bool:
    """Make the site's first search that is due, if nobody else does. Tells whether there was one.

    Raises nothing of the chart's: what failed is noted, and tried again in time.
    """
    site = rooms.sites.by_name(site_name)
    if site.sync is None:
        return False
    until = time.monotonic() + TURN_SECONDS[Band.NEAR]
    told = SyncPurse(rooms, site.name, site.sync, Band.NEAR, until)
    tend_subscription(rooms, site, told)
    read_hinted(rooms, site, told)
    leg = take_due_leg(rooms, site, site.sync)
    if leg is None:
        return False
    tally = Tally()
    try:
        _read(rooms, site, site.sync, leg, tally)
    finally:
        for reason, number in tally.reasons.items():
            SYNC_APPOINTMENTS.labels(site.name, reason).inc(number)
    return True


def _read(rooms: Rooms, site: ClinicSite, plan: SyncPlan, leg: Leg, tally: Tally) -> None:
    purse = SyncPurse(rooms, site.name, plan, leg.band, time.monotonic() + TURN_SECONDS[leg.band])
    began = rooms.clock.now()
    try:
        found = read_leg(rooms, site, purse, leg, tally)
    except NotNow as held_back:
        _again(rooms, site.name, leg, held_back.wait)
        return
    except (FhirError, LaunchError) as fault:
        _failed(rooms, purse, leg, fault)
        return
    purse.note_answer()
    with rooms.db.write() as tx:
        end_leg(tx, site.name, leg.name, began, read_at=began, found=found)
    SYNC_TURNS.labels(site.name, leg.band, "read").inc()


def read_leg(rooms: Rooms, site: ClinicSite, purse: SyncPurse, leg: Leg, tally: Tally) -> int:
    """Search, see what was found, and look for what vanished. How many video visits there are.

    Raises NotNow, the chart's errors or those of the launch room.
    """
    began = rooms.clock.now()
    opened = purse.open_chart()
    if opened is None:
        raise BackendRefused
    found = tuple(search_window(opened.chart, leg.by, leg.who, leg.window.start, leg.window.end))
    reading = SyncReading(rooms, site, opened.chart, began, tally)
    number = reading.take(found)
    read_vanished(reading, leg, frozenset(one.id for one in found))
    return number


def _again(rooms: Rooms, site: str, leg: Leg, wait: timedelta) -> None:
    SYNC_TURNS.labels(site, leg.band, "held_back").inc()
    with rooms.db.write() as tx:
        end_leg(tx, site, leg.name, rooms.clock.now() + wait)


def _failed(rooms: Rooms, purse: SyncPurse, leg: Leg, fault: FhirError | LaunchError) -> None:
    may_pass = fault.retryable or isinstance(fault, LaunchError | ChartUnauthorized)
    wait = purse.note_away(fault) if may_pass else REFUSED_FOR
    code = explain(fault).code
    log.warning(
        "appointments_not_read", site=purse.site, band=leg.band, code=code, error=type(fault).__name__
    )
    SYNC_TURNS.labels(purse.site, leg.band, "failed").inc()
    with rooms.db.write() as tx:
        note_failure(tx, purse.site, leg.name, rooms.clock.now() + wait, code)
