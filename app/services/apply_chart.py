"""What the chart says now, written into our row of the visit."""

from sqlalchemy.orm import Session

from app.models import Visit
from app.services.choose_host import choose_host
from app.services.ring import Telling
from app.services.seen_appointment import SeenAppointment
from app.sites import ClinicSite
from app.store.visits import move_visit
from app.visits.states import UNFINISHED, Act, VisitState, allows
from fhir.practitioners import ChartPractitioner

CANCELLED, IN_ERROR, NO_SHOW = "cancelled", "entered-in-error", "noshow"
# What stands in `chart_warning`: the chart's word against the visit's state.
BOOKED_AGAIN = "booked"
# The chart has no such appointment any more, and did not say that it was cancelled.
GONE = "gone"


def apply_chart(told: Telling, vendor: str, site: ClinicSite, visit: Visit, seen: SeenAppointment) -> None:
    """Refresh the row. The visit must be held; only an unfinished one is moved in time."""
    _copy(told.tx, vendor, site, visit, seen)
    if VisitState(visit.state) in UNFINISHED and seen.appointment is not None:
        _move_in_time(told, visit, seen)
    _apply_status(told, visit, seen)


def _copy(tx: Session, vendor: str, site: ClinicSite, visit: Visit, seen: SeenAppointment) -> None:
    patient = seen.patient
    visit.patient_name = patient.name
    visit.patient_birth_date = patient.birth_date.isoformat() if patient.birth_date else None
    visit.patient_mrn = patient.mrn
    visit.interpreter_needed = patient.interpreter_needed
    visit.department, visit.department_name = seen.department, seen.department_name
    _copy_host(tx, vendor, site, visit, seen.practitioner)
    visit.encounter_id = seen.encounter_id or visit.encounter_id
    visit.time_zone = seen.time_zone(site)
    visit.chart_read_at = seen.read_at
    if seen.appointment is not None:
        visit.service = seen.appointment.service
        visit.chart_status = seen.appointment.status


def _copy_host(
    tx: Session, vendor: str, site: ClinicSite, visit: Visit, practitioner: ChartPractitioner | None
) -> None:
    """Of whom nothing could be read this time, what was read before stands."""
    if practitioner is not None:
        if not practitioner.was_read and practitioner.id == visit.practitioner_id:
            return
        if visit.handed_at is not None and practitioner.id == visit.handed_from_id:
            # The clinic has handed it over; the chart says what it said before.
            return
        visit.handed_from_id = visit.handed_from_name = visit.handed_at = None
        visit.practitioner_id, visit.practitioner_name = practitioner.id, practitioner.name
    elif visit.handed_at is not None:
        return
    elif (
        visit.practitioner_id is None and visit.host_key and VisitState(visit.state) is not VisitState.PLANNED
    ):
        # The chart names nobody, and the first provider to join has taken it on.
        return
    visit.host_key = choose_host(tx, vendor, site, visit.department, practitioner)


def _move_in_time(told: Telling, visit: Visit, seen: SeenAppointment) -> None:
    if (visit.start, visit.minutes) == (seen.start, seen.minutes):
        return
    if visit.start != seen.start:
        visit.moved_from = visit.start
    visit.start, visit.minutes = seen.start, seen.minutes
    told.tell(visit.id, "slot")


def _apply_status(told: Telling, visit: Visit, seen: SeenAppointment) -> None:
    """The chart cancels what is not in progress; it calls anything an error; else it only warns."""
    status, state = visit.chart_status, VisitState(visit.state)
    agreed_before = visit.chart_warning == status
    warning = _warning(status, state)
    if status == IN_ERROR:
        moved = move_visit(told.tx, visit, Act.CHART_IN_ERROR, seen.read_at)
    elif status == CANCELLED and allows(state, Act.CHART_CANCELLED) and not agreed_before:
        moved = move_visit(told.tx, visit, Act.CHART_CANCELLED, seen.read_at)
        warning = None
    else:
        moved = False
    if moved:
        visit.closed_at = told.now
    if moved or warning != visit.chart_warning:
        visit.chart_warning = warning
        told.tell(visit.id, "state")


def _warning(status: str | None, state: VisitState) -> str | None:
    if status in (CANCELLED, NO_SHOW) and state in UNFINISHED:
        return status
    if state is VisitState.CANCELLED and status in ("booked", "pending", "arrived", "checked-in"):
        return BOOKED_AGAIN
    return None
