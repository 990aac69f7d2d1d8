"""The people of a visit and their links."""

from app.crypto import digest
from app.models import Participant, Visit
from app.ports import Rooms
from app.services.chart_errands import JOIN_LINK
from app.services.owe_chart import owe
from app.services.ring import Telling
from app.services.seen_appointment import SeenAppointment
from app.services.send_link import CHANNELS, promise_link
from app.sites import ClinicSite
from app.store.people import person_in_role
from app.store.visits import end_of
from app.visits.states import Presence, PresenceSource, Role, VisitState


def invite_everybody(
    rooms: Rooms, told: Telling, site: ClinicSite, visit: Visit, seen: SeenAppointment
) -> None:
    """Patient and host are participants, as the chart names them now. The patient's link is made once.

    Where the site wants it, it is sent at first sight, unless the visit is over or off by then, and put into
    the appointment.
    """
    patient = person_in_role(visit, Role.PATIENT)
    is_new = patient is None
    if patient is None:
        patient = add_person(rooms, visit, Role.PATIENT, position=0)
    if is_new:
        give_link(rooms, patient)
    patient.name = seen.patient.name
    patient.email = next(iter(seen.patient.emails), None)
    patient.phone = next(iter(seen.patient.phones), None)
    patient.language = seen.patient.language or site.language
    _name_host(rooms, visit, seen)
    told.tx.flush()
    if is_new and visit.appointment_id is not None:
        owe(rooms, told.tx, visit, JOIN_LINK, "patient", told.now)
    if is_new and _wants_a_message(told, site, visit, seen):
        for channel in CHANNELS:
            promise_link(rooms, told, visit, patient, channel, "first")


def _wants_a_message(told: Telling, site: ClinicSite, visit: Visit, seen: SeenAppointment) -> bool:
    by_video = seen.appointment is None or site.is_by_video(seen.appointment)
    to_come = visit.state == VisitState.PLANNED and told.now < end_of(visit)
    return site.send_links and by_video and to_come


def give_link(rooms: Rooms, person: Participant) -> None:
    """A new link for this person only. The one before opens nothing any more."""
    token = rooms.random.token()
    person.token, person.token_hash, person.revoked_at = token, digest(token), None
    person.page_opened_at = person.page_here_since = person.page_seen_at = None
    person.join_clicked_at = person.told_at = None


def _name_host(rooms: Rooms, visit: Visit, seen: SeenAppointment) -> None:
    host = person_in_role(visit, Role.HOST) or add_person(rooms, visit, Role.HOST, position=1)
    if seen.practitioner is not None:
        host.name = visit.practitioner_name or ""


def add_person(rooms: Rooms, visit: Visit, role: Role, position: int) -> Participant:
    """A new participant, invited, without a link."""
    person = Participant(
        id=rooms.random.token(),
        visit_id=visit.id,
        position=position,
        role=role,
        name="",
        presence=Presence.INVITED,
        presence_source=PresenceSource.PAGE,
        presence_derived=False,
        page_scripted=False,
        was_in_call=False,
    )
    visit.people.append(person)
    return person
