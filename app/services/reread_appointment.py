"""A second look at the chart before something is done about a visit, within a short time."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from app.metrics import CHART_SECONDS
from app.ports import Rooms
from app.signin.session_view import SessionView
from app.store.visits import peek_visit
from fhir.appointments import ChartAppointment, read_appointment
from fhir.client import FhirClient
from fhir.errors import FhirError
from fhir.practitioners import ChartPractitioner, read_practitioner
from launch.errors import LaunchError

T = TypeVar("T")
BUDGET_SECONDS = 2.0


@dataclass(frozen=True)
class Reread:
    """What the chart has now; None for what could not be read in time, or is not there.

    The practitioner is read only where nobody is known yet to host the visit.
    """

    appointment: ChartAppointment | None = None
    read_at: datetime | None = None
    practitioner: ChartPractitioner | None = None


def reread_appointment(
    rooms: Rooms, session: SessionView, visit_id: str, budget_seconds: float = BUDGET_SECONDS
) -> Reread:
    """Read the visit's appointment again with this session's permission. Raises nothing of the chart's."""
    with rooms.db.read() as tx:
        visit = peek_visit(tx, visit_id)
    if visit is None or visit.site != session.site:
        return Reread()
    appointment_id, practitioner_id = visit.appointment_id, visit.practitioner_id
    pool = ThreadPoolExecutor(2)

    def begun(resource_id: str | None, read: Callable[[FhirClient, str], T]) -> Future[T] | None:
        if resource_id is None:
            return None
        return pool.submit(lambda: read(rooms.ehr.chart(session.id, budget_seconds), resource_id))

    try:
        with CHART_SECONDS.labels(visit.site, "appointment").time():
            appointment = begun(appointment_id, read_appointment)
            practitioner = begun(None if visit.host_key else practitioner_id, read_practitioner)
            under_way: list[Future[Any]] = [one for one in (appointment, practitioner) if one]
            wait(under_way, budget_seconds)
        found = _result(appointment)
        return Reread(found, rooms.clock.now() if found else None, _result(practitioner))
    finally:
        pool.shutdown(wait=False)


def _result(reading: Future[T] | None) -> T | None:
    try:
        return reading.result(0) if reading else None
    except (FhirError, LaunchError, TimeoutError):
        return None
