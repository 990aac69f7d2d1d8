"""What of a visit will reach its chart and what will not, as far as it can be told before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.errors.visit import VisitUnknown
from app.models import Visit
from app.ports import Rooms
from app.services.chart_errands import JOIN_LINK, MESSAGE, NOTE, PRESENCE, STATUS, SYSTEM, rungs_of
from app.services.deliver_link import link_url
from app.services.owe_chart import identity_of, name_of
from app.services.write_chart import REFUSED_FOR
from app.signin.session_view import SessionView
from app.store.notes import refused_rungs
from app.store.tokens import last_granted
from app.store.visits import find_visit
from fhir.capability import Capabilities
from fhir.client import FhirClient
from fhir.errors import FhirError
from fhir.identifiers import OwnIdentifier
from fhir.references import Reference
from fhir.writers.join_link import JoinLink
from fhir.writers.presence import Presence
from fhir.writers.status import VisitStatus
from fhir.writers.visit_note import VisitNote
from fhir.writers.waiting import Waiting
from launch.errors import LaunchError
from launch.scopes import GrantedScopes
from launch.vendors.ladder import PassedOver, Standing, Whose, Why, choose

# A page must not wait longer to say how it would go.
PATIENCE = timedelta(seconds=2)
KINDS = (JOIN_LINK, PRESENCE, MESSAGE, STATUS, NOTE)


@dataclass(frozen=True)
class Prospect:
    """A kind of fact, and the way that it would go now; None: it will not reach the chart, `because`.

    `has_ways`: there are any for this EHR. `is_wanted`: the site has not switched all of them off.
    `needs_launch`: it goes in a person's name, and this one did not come from the visit's EHR.
    """

    kind: str
    way: str | None = None
    whose: Whose | None = None
    is_draft: bool = False
    has_ways: bool = True
    is_wanted: bool = True
    needs_launch: bool = False
    because: tuple[PassedOver, ...] = ()

    @property
    def is_missed(self) -> bool:
        """Whether somebody would expect it in the chart, and it will not be there."""
        return self.way is None and self.has_ways and self.is_wanted


def chart_outlook(rooms: Rooms, session: SessionView, visit_id: str) -> tuple[Prospect, ...] | None:
    """Each kind of fact. None: the EHR does not say now. Calls the EHR at times. Raises VisitUnknown."""
    with rooms.db.read() as tx:
        visit = find_visit(tx, visit_id)
        if visit is None:
            raise VisitUnknown
        refused = refused_rungs(tx, visit.site, rooms.clock.now() - REFUSED_FOR)
        of_late = last_granted(tx, visit.site)
    try:
        known = _known(rooms, session, visit, of_late)
    except (FhirError, LaunchError):
        return None
    if known is None:
        return None
    switches = rooms.sites.by_name(visit.site).ladder
    standing = Standing(known[0], known[1], refused, switches)
    return tuple(_prospect(rooms, session, visit, kind, standing) for kind in KINDS)


def _known(
    rooms: Rooms, session: SessionView, visit: Visit, of_late: str | None
) -> tuple[Capabilities, Mapping[Whose, GrantedScopes]] | None:
    """What the EHR can do, and what is granted to whom. Another's launch tells what people are granted."""
    chart: FhirClient | None = None
    granted: dict[Whose, GrantedScopes] = {"user": GrantedScopes.parse(of_late)} if of_late else {}
    if (ours := rooms.ehr.system_chart(visit.site)) is not None:
        chart, granted["system"] = ours.chart, ours.granted
    if name_of(session, visit) is not None:
        theirs = rooms.ehr.own_chart(session.id, PATIENCE.total_seconds())
        chart, granted["user"] = theirs.chart, theirs.granted
    return (rooms.ehr.capabilities(chart), granted) if chart is not None else None


def _prospect(rooms: Rooms, session: SessionView, visit: Visit, kind: str, standing: Standing) -> Prospect:
    rungs = rungs_of(rooms, visit.site, kind)
    if not rungs:
        return Prospect(kind, has_ways=False)
    wanted = identity_of(rooms, visit.site, kind) is not None
    if kind == NOTE and wanted and name_of(session, visit) is None:
        return Prospect(kind, needs_launch=True)
    fact = _fact(rooms, visit, kind)
    if wanted and fact is None:
        return Prospect(kind, because=(PassedOver(kind, Why.NOT_SUITED),))
    choice = choose(rungs, standing, fact)
    if choice.rung is None:
        return Prospect(kind, is_wanted=wanted, because=choice.passed_over)
    return Prospect(kind, choice.rung.name, choice.whose, choice.rung.can_be_draft)


def _fact(rooms: Rooms, visit: Visit, kind: str) -> Any:
    """A fact of this kind as the visit would tell it, without words; None: the chart has no place for it."""
    ours, now = OwnIdentifier(SYSTEM, visit.id), rooms.clock.now()
    if kind == STATUS:
        return VisitStatus("in-progress", now, visit.appointment_id, visit.encounter_id)
    if kind == NOTE:
        return VisitNote(ours, visit.patient_id, None, now, now, now, "", visit.encounter_id)
    if kind == MESSAGE:
        told = (Reference("Practitioner", visit.practitioner_id),) if visit.practitioner_id else ()
        return Waiting(ours, visit.patient_id, told, now, "", visit.encounter_id, visit.appointment_id)
    return _of_the_appointment(rooms, visit, kind, now)


def _of_the_appointment(rooms: Rooms, visit: Visit, kind: str, now: datetime) -> Any:
    if visit.appointment_id is None:
        return None
    if kind == PRESENCE:
        return Presence(visit.appointment_id, Reference("Patient", visit.patient_id), now)
    return JoinLink(visit.appointment_id, link_url(rooms, ""), link_url(rooms, ""))
