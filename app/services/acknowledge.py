"""An open staff page shows that the patient is here: from then on the patient reads that the clinic knows."""

from collections.abc import Iterable

from app.models import Visit
from app.ports import Rooms
from app.services.ring import telling
from app.signin.roles import may
from app.signin.session_view import SessionView
from app.store.trail import note_told
from app.store.visits import hold_visit
from app.visits.deeds import Deed
from app.visits.states import Presence, Role

SHOWN = {Presence.HERE, Presence.ON_THE_WAY, Presence.WAITING}


def acknowledge(rooms: Rooms, session: SessionView, visit_ids: Iterable[str]) -> None:
    """Write down when the host or the care team was told; once, until the patient is gone and comes again.

    Pages of people who may only look change nothing.
    """
    for visit_id in sorted(set(visit_ids)):
        with telling(rooms) as told:
            visit = hold_visit(told.tx, visit_id)
            if visit is None or not _counts(session, visit):
                continue
            for person in visit.people:
                if person.role != Role.HOST and person.presence in SHOWN and person.told_at is None:
                    person.told_at = told.now
                    told.tell(visit.id, "told")
                    note_told(told.tx, person, session.staff_id, told.now)
                    told.note(session, Deed.ACKNOWLEDGE, visit.id, participant=person.id)


def _counts(session: SessionView, visit: Visit) -> bool:
    is_host = session.site == visit.site and session.practitioner_id == visit.practitioner_id is not None
    return is_host or may(session.roles, "act", visit.site, visit.department)
