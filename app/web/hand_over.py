"""Handing a visit to another provider: whom to choose from, and the act."""

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.services.hand_over import colleagues_of, hand_over
from app.services.note_look import note_look
from app.services.visit_events import latest_event
from app.services.visit_page import read_visit_page
from app.web.current import rooms
from app.web.guards import needs_csrf, needs_visit

blueprint = Blueprint("hand_over", __name__, url_prefix="/clinic/s/<sid>/visits/<visit_id>")


@blueprint.get("/hand-over")
@needs_visit("act")
def choose(sid: str, visit_id: str) -> ResponseReturnValue:
    """The providers of the site whom the chart has told of."""
    after = latest_event(rooms())
    page = read_visit_page(rooms(), g.session, visit_id)
    if not page.offers.hand_over:
        return redirect(f"/clinic/s/{sid}/visits/{visit_id}", 303)
    note_look(rooms(), g.session, visit_id)
    found = colleagues_of(rooms(), visit_id)
    return render_template("hand_over.html", page=page, colleagues=found, after=after)


@blueprint.post("/hand-over")
@needs_visit("act")
@needs_csrf
def give(sid: str, visit_id: str) -> ResponseReturnValue:
    """It is theirs."""
    to, reason = request.form.get("to", ""), request.form.get("reason", "")
    hand_over(rooms(), g.session, visit_id, to, reason)
    return redirect(f"/clinic/s/{sid}/visits/{visit_id}", 303)
