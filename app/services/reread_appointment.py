"""A second look at the appointment before something is done about it, within a short time."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from app.metrics import CHART_SECONDS
from app.ports import Rooms
from app.signin.session_view import SessionView
from app.store.appointments import appointment_of
from fhir.appointments import ChartAppointment, read_appointment
from fhir.errors import FhirError
from launch.errors import LaunchError

BUDGET_SECONDS = 2.0


@dataclass(frozen=True)
class Reread:
    """The appointment as the chart has it now; None if it could not be read in time, or there is none."""

    appointment: ChartAppointment | None = None
    read_at: datetime | None = None


def reread_appointment(
    rooms: Rooms, session: SessionView, visit_id: str, budget_seconds: float = BUDGET_SECONDS
) -> Reread:
    """Read the visit's appointment again with this session's permission. Raises nothing of the chart's."""
    with rooms.db.read() as tx:
        appointment = appointment_of(tx, visit_id)
    if appointment is None or appointment.site != session.site:
        return Reread()
    pool = ThreadPoolExecutor(1)
    try:
        reading = pool.submit(_read, rooms, session.id, appointment.id, budget_seconds)
        with CHART_SECONDS.labels(appointment.site, "appointment").time():
            return Reread(reading.result(budget_seconds), rooms.clock.now())
    except (FhirError, LaunchError, TimeoutError):
        return Reread()
    finally:
        pool.shutdown(wait=False)


def _read(rooms: Rooms, session_id: str, appointment_id: str, seconds: float) -> ChartAppointment:
    return read_appointment(rooms.ehr.chart(session_id, seconds), appointment_id)
