"""A provider's appointments of a day and the day before, read from the chart into our rows."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import structlog

from app.errors import Explanation, explain
from app.metrics import CHART_SECONDS
from app.ports import Rooms
from app.services.chart_reader import ChartReader
from app.services.hand_over import receive_handed
from app.services.read_launch import Around, read_around
from app.services.see_appointment import see_appointments
from app.services.seen_appointment import SeenAppointment
from app.signin.session_view import SessionView
from app.sites import ClinicSite
from app.store.appointments import known_appointments
from app.visits.codes import make_reference
from fhir.appointments import ChartAppointment, search_appointments
from fhir.client import FhirClient
from fhir.errors import FhirError
from launch.errors import LaunchError

log = structlog.get_logger()
AT_ONCE = 8


@dataclass(frozen=True)
class Unread:
    """Why the chart could not be read, and the reference by which the log knows it."""

    why: Explanation
    reference: str


@dataclass(frozen=True)
class ScheduleReading:
    """When the chart was read; None if it could not be, and then what is said of that."""

    read_at: datetime | None
    unread: Unread | None = None


def read_schedule(rooms: Rooms, session: SessionView, day: date) -> ScheduleReading:
    """See the provider's appointments of `day` and of the day before, in the clinic's zone.

    A sign-in without a launch reads nothing. Raises nothing: the schedule shows our rows in any case.
    """
    if session.site is None or session.practitioner_id is None:
        return ScheduleReading(None)
    receive_handed(rooms, session)
    site, now = rooms.sites.by_name(session.site), rooms.clock.now()
    try:
        with CHART_SECONDS.labels(site.name, "schedule").time():
            seen = _read(rooms, site, rooms.ehr.chart(session.id), session.practitioner_id, day, now)
    except (FhirError, LaunchError) as error:
        return ScheduleReading(None, _noted(rooms, site, error))
    see_appointments(rooms, site, seen, session_id=session.id)
    return ScheduleReading(now)


def _noted(rooms: Rooms, site: ClinicSite, error: Exception) -> Unread:
    unread = Unread(explain(error), make_reference(rooms.random.choose))
    log.warning(
        "schedule_not_read",
        code=unread.why.code,
        reference=unread.reference,
        error=type(error).__name__,
        site=site.name,
    )
    return unread


def _read(
    rooms: Rooms, site: ClinicSite, chart: FhirClient, practitioner_id: str, day: date, now: datetime
) -> list[SeenAppointment]:
    start = datetime.combine(day - timedelta(days=1), time(), site.zone)
    end = datetime.combine(day + timedelta(days=1), time(), site.zone)
    found = tuple(search_appointments(chart, "practitioner", practitioner_id, start, end))
    with rooms.db.read() as tx:
        known = known_appointments(tx, site.name, [appointment.id for appointment in found])
    wanted = [one for one in found if one.id in known or _is_to_be_seen(site, one)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(_around(ChartReader(chart, pool, now), wanted, practitioner_id, now))


def _is_to_be_seen(site: ClinicSite, appointment: ChartAppointment) -> bool:
    return site.is_by_video(appointment) and not appointment.is_cancelled


def _around(
    reader: ChartReader, wanted: Iterable[ChartAppointment], practitioner_id: str, now: datetime
) -> Iterator[SeenAppointment]:
    readable = [one for one in wanted if one.patient_id and one.start]
    for appointment in readable:
        reader.patient(appointment.patient_id or "")
    for appointment in readable:
        try:
            yield read_around(reader, appointment, None, Around(practitioner=practitioner_id), now)
        except FhirError as error:
            if error.retryable:
                raise
            # One patient whom we may not read hides nobody else.
