"""What becomes of a note that is let go now: told to its author before they do it."""

from datetime import timedelta
from enum import StrEnum
from typing import Any

from app.errors.visit import VisitUnknown
from app.models import Visit
from app.ports import Rooms
from app.services.chart_errands import NOTE, rungs_of
from app.services.owe_chart import identity_of, name_of
from app.services.write_chart import REFUSED_FOR
from app.signin.session_view import SessionView
from app.store.notes import refused_rungs
from app.store.visits import find_visit
from fhir.errors import FhirError
from launch.errors import LaunchError
from launch.vendors.ladder import Choice, Standing, choose

# A page must not wait longer to say how a note would go.
PATIENCE = timedelta(seconds=2)


class NoteWay(StrEnum):
    """DRAFT, FINAL: filed so. LATER: the EHR does not say now. COPY: it takes none from this person."""

    DRAFT = "draft"
    FINAL = "final"
    LATER = "later"
    COPY = "copy"


def note_way(rooms: Rooms, session: SessionView, visit_id: str) -> NoteWay:
    """How a note of this session's person would reach the chart. Raises VisitUnknown."""
    visit = _visit(rooms, visit_id)
    if name_of(session, visit) is None or identity_of(rooms, visit.site, NOTE) is None:
        return NoteWay.COPY
    try:
        choice = _choice(rooms, session, visit)
    except (FhirError, LaunchError):
        return NoteWay.LATER
    if choice.rung is None:
        return NoteWay.COPY
    return NoteWay.DRAFT if choice.rung.can_be_draft else NoteWay.FINAL


def clinic_language(rooms: Rooms, visit_id: str) -> str:
    """The language of the visit's chart, whoever writes in it. Raises VisitUnknown."""
    return rooms.sites.by_name(_visit(rooms, visit_id).site).language


def _choice(rooms: Rooms, session: SessionView, visit: Visit) -> Choice[Any]:
    opened = rooms.ehr.own_chart(session.id, PATIENCE.total_seconds())
    capabilities = rooms.ehr.capabilities(opened.chart)
    with rooms.db.read() as tx:
        refused = refused_rungs(tx, visit.site, rooms.clock.now() - REFUSED_FOR)
    switches = rooms.sites.by_name(visit.site).ladder
    standing = Standing(capabilities, {"user": opened.granted}, refused, switches)
    return choose(rungs_of(rooms, visit.site, NOTE), standing)


def _visit(rooms: Rooms, visit_id: str) -> Visit:
    with rooms.db.read() as tx:
        visit = find_visit(tx, visit_id)
    if visit is None:
        raise VisitUnknown
    return visit
