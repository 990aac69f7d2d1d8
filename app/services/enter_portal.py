"""A patient, or somebody who acts for one, came from the portal: where their own link is."""

from dataclasses import dataclass, field

from app.crypto import digest
from app.models import Participant, Visit
from app.ports import Entered, Rooms
from app.services.invite import add_person, give_link
from app.services.own_visits import LOOK_BACK, MOST
from app.services.ring import telling
from app.store.own_visits import visits_of_patient
from app.store.visits import hold_visit
from app.visits.codes import name_in_call
from app.visits.states import Role
from fhir.errors import FhirError
from fhir.related_persons import ChartRelatedPerson, read_related_person
from launch.errors import FhirUserIsPatient


@dataclass(frozen=True)
class Comer:
    """Who came, and for which patient. `proxy`: who they are at this EHR, where they are not the patient."""

    patient_id: str
    proxy: str | None
    name: str = field(repr=False)


def enter_portal(rooms: Rooms, entered: Entered) -> str:
    """The token of the link that is theirs alone.

    Raises FhirUserIsPatient if no visit, or more than one of a patient's own, may be meant.
    """
    comer = _comer(rooms, entered)
    with telling(rooms) as told:
        since = rooms.clock.now() - LOOK_BACK
        found = visits_of_patient(told.tx, entered.site, comer.patient_id, since, MOST)
        if (appointment := entered.context.appointment) is not None:
            found = tuple(one for one in found if one[0].appointment_id == appointment)
        if not found or (comer.proxy is None and len(found) > 1):
            raise FhirUserIsPatient(str(entered.context.user))
        visit, own_token = found[0]
        if comer.proxy is None:
            return own_token
        hold_visit(told.tx, visit.id)
        person = _proxy(rooms, visit, comer)
        told.tell(visit.id, "state")
        return person.token or ""


def _comer(rooms: Rooms, entered: Entered) -> Comer:
    context = entered.context
    kind, name = context.user.resource_type, context.name or ""
    if kind == "Patient" and context.patient in (None, context.user.id):
        return Comer(context.user.id, None, name)
    related = _related(rooms, entered) if kind == "RelatedPerson" else None
    patient_id = context.patient or (related.patient_id if related else None)
    says_no = related is not None and not (related.active and related.patient_id == patient_id)
    if patient_id is None or says_no:
        raise FhirUserIsPatient(str(context.user))
    told = related.name if related else ""
    return Comer(patient_id, digest(f"{entered.site} {context.user}"), told or name)


def _related(rooms: Rooms, entered: Entered) -> ChartRelatedPerson | None:
    """None where they may not read it: the EHR gave them the patient's context all the same."""
    try:
        return read_related_person(rooms.ehr.chart_of(entered), entered.context.user.id)
    except FhirError:
        return None


def _proxy(rooms: Rooms, visit: Visit, comer: Comer) -> Participant:
    """The participant that they are in this visit, under their own name; made at their first coming."""
    person = next((one for one in visit.people if one.proxy_hash == comer.proxy), None)
    if person is None:
        person = add_person(rooms, visit, Role.FAMILY, position=len(visit.people))
        person.proxy_hash = comer.proxy
    if person.token is None or person.revoked_at is not None:
        give_link(rooms, person)
    person.name = comer.name or person.name or name_in_call(Role.FAMILY, visit.code)
    return person
