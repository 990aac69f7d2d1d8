"""Appointments that a search no longer finds are read one by one before anything is concluded."""

from collections.abc import Set
from datetime import timedelta

from app.services.apply_chart import GONE
from app.services.ring import telling
from app.services.sync_legs import Leg
from app.services.sync_reading import SyncReading
from app.store.sync import note_seen, seen_before, unfinished_in
from app.store.visits import hold_visit_of_appointment
from app.visits.states import UNFINISHED, VisitState
from fhir.appointments import ChartAppointment, read_appointment
from fhir.errors import ChartNotFound, FhirError

# How often it is asked again for what the chart does not have.
ASK_AGAIN = timedelta(minutes=10)


def read_vanished(reading: SyncReading, leg: Leg, found: Set[str]) -> None:
    """Read what we have in the window and the search did not tell. Raises as `SyncReading.take`."""
    rooms, site = reading.rooms, reading.site.name
    with rooms.db.read() as tx:
        ours = unfinished_in(
            tx,
            site,
            leg.window,
            practitioner=leg.who if leg.by == "practitioner" else None,
            department=leg.who if leg.by == "location" else None,
        )
        before = seen_before(tx, site, ours)
    still: list[ChartAppointment] = []
    for appointment_id in ours:
        last = before.get(appointment_id)
        if appointment_id in found or (last and last.is_still(GONE, reading.now - ASK_AGAIN)):
            continue
        if appointment := read_one(reading, appointment_id):
            still.append(appointment)
    reading.take(still)


def read_one(reading: SyncReading, appointment_id: str) -> ChartAppointment | None:
    """The appointment; None where the chart has lost it, or we may not read it. Raises as `take`."""
    try:
        return read_appointment(reading.chart, appointment_id)
    except ChartNotFound:
        _note_gone(reading, appointment_id)
    except FhirError as error:
        if error.retryable:
            raise
        reading.tally.count("unreadable")
    return None


def _note_gone(reading: SyncReading, appointment_id: str) -> None:
    """A chart that cancels says so. One that has lost an appointment is a matter for a person."""
    rooms, site = reading.rooms, reading.site.name
    reading.tally.count("gone")
    with telling(rooms) as told:
        visit = hold_visit_of_appointment(told.tx, site, appointment_id)
        note_seen(told.tx, site, appointment_id, GONE, reading.now, reading.now)
        if visit is None or VisitState(visit.state) not in UNFINISHED or visit.chart_read_at > reading.now:
            return
        visit.chart_read_at = reading.now
        if visit.chart_warning != GONE:
            visit.chart_warning = GONE
            told.tell(visit.id, "state")
