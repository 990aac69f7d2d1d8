"""The people of a visit: staff invite somebody, take a link back, give another."""

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.catalogues import SPOKEN
from app.errors import explain
from app.services.invitation import Fault, Typed, read_invitation
from app.services.invite_person import give_another_link, invite_person, take_link_back
from app.services.note_look import note_look
from app.services.visit_events import latest_event
from app.services.visit_page import read_visit_page
from app.visits.guests import INVITED
from app.web.current import rooms
from app.web.guards import needs_csrf, needs_visit
from app.web.languages import reader_language

blueprint = Blueprint("people", __name__, url_prefix="/clinic/s/<sid>/visits/<visit_id>")


@blueprint.get("/invite")
@needs_visit("act")
def form(sid: str, visit_id: str) -> ResponseReturnValue:
    """Whom to invite. Each form has a key of its own: sent twice, it invites once."""
    if not read_visit_page(rooms(), g.session, visit_id).offers.invite:
        return _back(sid, visit_id)
    note_look(rooms(), g.session, visit_id)
    return _form(visit_id, Typed(rooms().random.token(), language=reader_language()))


@blueprint.post("/invite")
@needs_visit("act")
@needs_csrf
def invite(sid: str, visit_id: str) -> ResponseReturnValue:
    """Invite them, or the form again with what is wrong."""
    typed = Typed(**{name: request.form.get(name, "") for name in Typed.__dataclass_fields__})
    page = read_visit_page(rooms(), g.session, visit_id)
    found = read_invitation(typed, page.zone.key, rooms().gateways)
    if isinstance(found, Fault):
        return _form(visit_id, typed, found), 400
    invite_person(rooms(), g.session, visit_id, found)
    return _back(sid, visit_id)


@blueprint.post("/people/<participant_id>/take-back")
@needs_visit("act")
@needs_csrf
def take_back(sid: str, visit_id: str, participant_id: str) -> ResponseReturnValue:
    """Their link opens nothing any more."""
    take_link_back(rooms(), g.session, visit_id, participant_id)
    return _back(sid, visit_id)


@blueprint.post("/people/<participant_id>/new-link")
@needs_visit("act")
@needs_csrf
def new_link(sid: str, visit_id: str, participant_id: str) -> ResponseReturnValue:
    """Another link in place of one that was taken back."""
    give_another_link(rooms(), g.session, visit_id, participant_id)
    return _back(sid, visit_id)


def _form(visit_id: str, typed: Typed, fault: Fault | None = None) -> str:
    after = latest_event(rooms())
    return render_template(
        "invite.html",
        page=read_visit_page(rooms(), g.session, visit_id),
        after=after,
        typed=typed,
        fault=fault,
        said=explain(fault.error) if fault else None,
        roles=INVITED,
        languages=SPOKEN,
        channels=rooms().gateways,
    )


def _back(sid: str, visit_id: str) -> ResponseReturnValue:
    return redirect(f"/clinic/s/{sid}/visits/{visit_id}#people-title", 303)
