"""What whoever waits is told: staff say how late it is, or take it away."""

from flask import Blueprint, g, redirect, request
from flask.typing import ResponseReturnValue

from app.services.say_wait import say_wait, take_wait_back
from app.web.current import rooms
from app.web.guards import needs_csrf, needs_visit

blueprint = Blueprint("waits", __name__, url_prefix="/clinic/s/<sid>/visits/<visit_id>")


@blueprint.post("/wait")
@needs_visit("act")
@needs_csrf
def say(sid: str, visit_id: str) -> ResponseReturnValue:
    """So many minutes late, or a text."""
    minutes = request.form.get("minutes", type=int)
    say_wait(rooms(), g.session, visit_id, minutes, request.form.get("text", ""))
    return _back(sid, visit_id)


@blueprint.post("/wait/clear")
@needs_visit("act")
@needs_csrf
def clear(sid: str, visit_id: str) -> ResponseReturnValue:
    """Nothing any more."""
    take_wait_back(rooms(), g.session, visit_id)
    return _back(sid, visit_id)


def _back(sid: str, visit_id: str) -> ResponseReturnValue:
    return redirect(f"/clinic/s/{sid}/visits/{visit_id}", 303)
