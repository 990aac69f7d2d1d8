"""What has not reached the chart, and what people decide about it."""

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.services.chart_writes import MOST, writes_to_look_at
from app.services.decide_write import give_up_write, retry_write, settle_by_hand
from app.services.note_look import note_look
from app.web.current import rooms
from app.web.guards import needs_csrf, needs_session
from app.web.write_words import write_words

blueprint = Blueprint("writes", __name__, url_prefix="/clinic/s/<sid>/writes")
YES = "yes"


@blueprint.get("")
@needs_session
def show(sid: str) -> ResponseReturnValue:
    """All that this person may decide about, the newest first."""
    note_look(rooms(), g.session)
    now = rooms().clock.now()
    owed = [(one, write_words(one.write, one.zone, now)) for one in writes_to_look_at(rooms(), g.session)]
    return render_template("writes.html", owed=owed, is_cut=len(owed) == MOST, here="writes")


@blueprint.post("/<write_id>/retry")
@needs_session
@needs_csrf
def retry(sid: str, write_id: str) -> ResponseReturnValue:
    """Send it again."""
    return _back(retry_write(rooms(), g.session, write_id))


@blueprint.post("/<write_id>/give-up")
@needs_session
@needs_csrf
def give_up(sid: str, write_id: str) -> ResponseReturnValue:
    """Do not send it any more, for a reason."""
    return _back(give_up_write(rooms(), g.session, write_id, request.form.get("reason", "")))


@blueprint.post("/<write_id>/settle")
@needs_session
@needs_csrf
def settle(sid: str, write_id: str) -> ResponseReturnValue:
    """Somebody has looked in the chart."""
    is_there = request.form.get("there") == YES
    return _back(settle_by_hand(rooms(), g.session, write_id, is_there=is_there))


def _back(visit_id: str) -> ResponseReturnValue:
    """To where the button was: the list, or the visit's page."""
    place = "writes" if request.form.get("then") == "list" else f"visits/{visit_id}"
    return redirect(f"/clinic/s/{g.session.id}/{place}", 303)
