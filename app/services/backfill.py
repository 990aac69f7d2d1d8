"""Visits and links for what is booked already: day by day, within the budget, resumable at any moment."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.ports import Rooms
from app.services.chart_errands import JOIN_LINK
from app.services.owe_chart import owe
from app.services.sync_appointments import read_leg
from app.services.sync_legs import Leg, day_legs
from app.services.sync_purse import NotNow, SyncPurse
from app.services.sync_reading import SyncReading, Tally
from app.sites import ClinicSite
from app.store.appointments import known_appointments
from app.store.backfills import Progress, go_on, note_done, planned_in
from app.store.visits import hold_visits
from app.sync_plan import SyncPlan
from app.visits.windows import Band, Window
from fhir.appointments import search_window
from fhir.errors import FhirError
from launch.errors import BackendRefused, LaunchError

Sleep = Callable[[float], None]
TURN_SECONDS = 30.0


@dataclass(frozen=True)
class Order:
    """Days of a site, both of which count."""

    site: ClinicSite
    plan: SyncPlan
    first: date
    last: date

    @property
    def legs(self) -> tuple[Leg, ...]:
        """One search a day for each place or practitioner."""
        days = range((self.last - self.first).days + 1)
        dates = (self.first + timedelta(days=day) for day in days)
        return tuple(leg for day in dates for leg in day_legs(self.site, self.plan, day))


def fill_back(rooms: Rooms, order: Order, *, dry: bool, sleep: Sleep = time.sleep) -> Iterator[Progress]:
    """Make visits and links; tells how far it came after each search, and before the first.

    `dry`: makes and sends nothing, reads no patient, and always begins at the beginning. Waits where the
    budget or the EHR asks for it. Raises the chart's and the launch room's errors that do not pass.
    """
    legs, progress = order.legs, Progress(0, {})
    if not dry:
        with rooms.db.write() as tx:
            progress = go_on(tx, order.site.name, order.first, order.last, rooms.clock.now())
    yield progress
    for leg in legs[progress.done :]:
        tally = _patiently(rooms, order, _from_now(rooms, leg), dry, sleep)
        counts = Counter(progress.counts) + Counter(tally.reasons)
        progress = Progress(progress.done + 1, dict(counts))
        if not dry:
            with rooms.db.write() as tx:
                is_over = progress.done == len(legs)
                note_done(tx, order.site.name, progress, rooms.clock.now(), is_over=is_over)
        yield progress


def _from_now(rooms: Rooms, leg: Leg) -> Leg:
    """What has begun is no matter of a back-fill."""
    start = min(max(leg.window.start, rooms.clock.now()), leg.window.end)
    return replace(leg, window=Window(start, leg.window.end))


def _patiently(rooms: Rooms, order: Order, leg: Leg, dry: bool, sleep: Sleep) -> Tally:
    while True:
        tally = Tally()
        purse = SyncPurse(rooms, order.site.name, order.plan, Band.LATER, time.monotonic() + TURN_SECONDS)
        try:
            if dry:
                _look(rooms, order.site, purse, leg, tally)
            else:
                _fill(rooms, order.site, purse, leg, tally)
        except NotNow as held_back:
            wait = held_back.wait
        except (FhirError, LaunchError) as fault:
            if not fault.retryable:
                raise
            wait = purse.note_away(fault)
        else:
            purse.note_answer()
            return tally
        sleep(max(wait.total_seconds(), 0.05))


def _fill(rooms: Rooms, site: ClinicSite, purse: SyncPurse, leg: Leg, tally: Tally) -> None:
    read_leg(rooms, site, purse, leg, tally)
    with rooms.db.write() as tx:
        for visit in hold_visits(tx, planned_in(tx, site.name, leg.window)):
            # A visit that was made before the site had a way into the chart.
            if owe(rooms, tx, visit, JOIN_LINK, "patient", rooms.clock.now()):
                tally.count("join_link_owed")


def _look(rooms: Rooms, site: ClinicSite, purse: SyncPurse, leg: Leg, tally: Tally) -> None:
    opened = purse.open_chart()
    if opened is None:
        raise BackendRefused
    found = tuple(search_window(opened.chart, leg.by, leg.who, leg.window.start, leg.window.end))
    reading = SyncReading(rooms, site, opened.chart, rooms.clock.now(), tally)
    wanted = [one.id for one in reading.sort_out(found)]
    with rooms.db.read() as tx:
        known = known_appointments(tx, site.name, wanted)
    tally.count("known", len(known))
    tally.count("new", len(wanted) - len(known))
