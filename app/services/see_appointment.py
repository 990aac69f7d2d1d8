"""The chart was read: our row of the visit is made or brought up to date."""

from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy.orm import Session

from app.models import Visit
from app.ports import Rooms
from app.services.apply_chart import CANCELLED, apply_chart
from app.services.invite import invite_everybody
from app.services.ring import Telling, telling
from app.services.seen_appointment import SeenAppointment
from app.services.tell_people import tell_of_change
from app.sites import ClinicSite
from app.store.directory import note_practitioners
from app.store.sessions import grant_visits
from app.store.upsert import insert_new
from app.store.visits import find_ad_hoc_visit, hold_visit, hold_visit_of_appointment, move_visit
from app.visits.codes import make_code
from app.visits.states import UNFINISHED, Act, VisitState, allows

__all__ = ["SeenAppointment", "see_appointment", "see_appointments"]


def see_appointment(rooms: Rooms, site: ClinicSite, seen: SeenAppointment, *, session_id: str | None) -> str:
    """Our id of the visit, made or refreshed, with its people and links; the session may open it.

    An older reading than the last one changes nothing. Raises ChartGap for an Appointment without a start.
    """
    return see_appointments(rooms, site, [seen], session_id=session_id)[0]


def see_appointments(
    rooms: Rooms, site: ClinicSite, seen: Sequence[SeenAppointment], *, session_id: str | None
) -> tuple[str, ...]:
    """As `see_appointment` for a whole schedule: one transaction, ids in the order given."""
    # All transactions hold visits in the same order: two schedules seen at once cannot block each other.
    in_order = sorted(range(len(seen)), key=lambda index: seen[index].appointment_id or "")
    found: dict[int, str] = {}
    with telling(rooms) as told:
        note_practitioners(told.tx, site.name, [one.practitioner for one in seen], told.now)
        for index in in_order:
            found[index] = _see(rooms, told, site, seen[index])
        if session_id is not None:
            grant_visits(told.tx, session_id, found.values())
    return tuple(found[index] for index in range(len(seen)))


def _see(rooms: Rooms, told: Telling, site: ClinicSite, seen: SeenAppointment) -> str:
    visit = _held(told.tx, site, seen)
    if visit is not None and visit.patient_id != seen.patient.id and seen.read_at >= visit.chart_read_at:
        visit = _beside(rooms, told, site, visit, seen)
    visit = visit or _made(rooms, told, site, seen, seen.appointment_id)
    if seen.read_at >= visit.chart_read_at:
        start, state = visit.start, visit.state
        apply_chart(told, rooms.video.vendor, site, visit, seen)
        tell_of_change(rooms, told.tx, visit, start, state, told.now)
        invite_everybody(rooms, told, site, visit, seen)
    return visit.id


def _held(tx: Session, site: ClinicSite, seen: SeenAppointment) -> Visit | None:
    if seen.appointment_id is not None:
        return hold_visit_of_appointment(tx, site.name, seen.appointment_id)
    return _held_ad_hoc(tx, site, seen)


def _held_ad_hoc(tx: Session, site: ClinicSite, seen: SeenAppointment) -> Visit | None:
    midnight = datetime.combine(seen.read_at.astimezone(site.zone).date(), time(), site.zone)
    practitioner_id = seen.practitioner.id if seen.practitioner else None
    same = find_ad_hoc_visit(tx, site.name, seen.patient.id, practitioner_id, midnight)
    return hold_visit(tx, same) if same else None


def _beside(
    rooms: Rooms, told: Telling, site: ClinicSite, visit: Visit, seen: SeenAppointment
) -> Visit | None:
    """The appointment's visit is another patient's and stays so: link, meeting and presence are a person's.

    In a group the other one gets a visit without appointment. None: the appointment has no visit any more.
    """
    if seen.appointment is not None and visit.patient_id in seen.appointment.patient_ids:
        return _held_ad_hoc(told.tx, site, seen) or _made(rooms, told, site, seen, None)
    state = visit.state
    _part(told, visit, seen)
    tell_of_change(rooms, told.tx, visit, visit.start, state, told.now)
    return None


def _part(told: Telling, visit: Visit, seen: SeenAppointment) -> None:
    """For this patient the appointment is off, as if the chart had cancelled it."""
    visit.appointment_id = None
    if allows(VisitState(visit.state), Act.CHART_CANCELLED):
        move_visit(told.tx, visit, Act.CHART_CANCELLED, seen.read_at)
        visit.closed_at = told.now
    elif VisitState(visit.state) in UNFINISHED:
        visit.chart_warning = CANCELLED
    told.tell(visit.id, "state")
    told.tx.flush()


def _made(
    rooms: Rooms, told: Telling, site: ClinicSite, seen: SeenAppointment, appointment_id: str | None
) -> Visit:
    """A bare row: ours, or that of another transaction that makes it at the same moment."""
    visit_id = rooms.random.token()
    insert_new(
        told.tx,
        Visit,
        id=visit_id,
        site=site.name,
        appointment_id=appointment_id,
        patient_id=seen.patient.id,
        patient_name=seen.patient.name,
        department=seen.department,
        code=make_code(rooms.random.choose),
        state=VisitState.PLANNED,
        start=seen.start,
        minutes=seen.minutes,
        time_zone=seen.time_zone(site),
        chart_read_at=seen.read_at,
        created_at=told.now,
        revision=0,
    )
    visit = hold_visit(told.tx, visit_id) or _held(told.tx, site, seen)
    if visit is None:
        raise RuntimeError("a visit that could neither be made nor found")
    return visit
