"""What staff do with a visit: start, close, reopen, send the link, see that somebody is here."""

from flask import Blueprint, g, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.services.acknowledge import acknowledge
from app.services.change_video import change_video
from app.services.close_visit import cancel_visit, mark_no_show
from app.services.note_look import note_look
from app.services.open_session import check_visit, left_of
from app.services.reopen_visit import reopen_visit
from app.services.reread_appointment import reread_appointment
from app.services.schedule_page import zone_of
from app.services.send_link import send_link
from app.services.start_visit import AskFirst, start_visit
from app.services.visit_page import read_strip
from app.web.current import rooms
from app.web.guards import keeps_nobody_awake, needs_csrf, needs_session, needs_ticket, needs_visit
from app.web.tickets import ticket_for

blueprint = Blueprint("acts", __name__, url_prefix="/clinic/s/<sid>")
AGREED = "agreed"


@blueprint.post("/visits/<visit_id>/start")
@needs_ticket("start")
def start(sid: str, visit_id: str) -> ResponseReturnValue:
    """Into the meeting as its host, or a question first. The tab has no cookie: the ticket is enough."""
    agreed = set(request.form.getlist(AGREED))
    chart = reread_appointment(rooms(), g.session, visit_id)
    found = start_visit(rooms(), g.session, visit_id, agreed=agreed, chart=chart)
    if isinstance(found, AskFirst):
        return _asked(visit_id, found, agreed)
    return redirect(found.reveal(), 303)


@blueprint.post("/visits/<visit_id>/no-show")
@needs_visit("act")
@needs_csrf
def no_show(sid: str, visit_id: str) -> ResponseReturnValue:
    """The patient did not come."""
    mark_no_show(rooms(), g.session, visit_id)
    return _back(visit_id)


@blueprint.post("/visits/<visit_id>/cancel")
@needs_visit("act")
@needs_csrf
def cancel(sid: str, visit_id: str) -> ResponseReturnValue:
    """It will not take place."""
    cancel_visit(rooms(), g.session, visit_id, request.form.get("reason", ""))
    return _back(visit_id)


@blueprint.post("/visits/<visit_id>/reopen")
@needs_visit("act")
@needs_csrf
def reopen(sid: str, visit_id: str) -> ResponseReturnValue:
    """It was closed by mistake."""
    reopen_visit(rooms(), g.session, visit_id, request.form.get("reason", ""))
    return _back(visit_id)


@blueprint.post("/visits/<visit_id>/video")
@needs_visit("act")
@needs_csrf
def move(sid: str, visit_id: str) -> ResponseReturnValue:
    """On at another video service."""
    change_video(rooms(), g.session, visit_id, request.form.get("to", ""))
    return _back(visit_id)


@blueprint.post("/visits/<visit_id>/send-link")
@needs_visit("see")
@needs_csrf
def send(sid: str, visit_id: str) -> ResponseReturnValue:
    """Send somebody their link."""
    whom, channel = request.form.get("participant", ""), request.form.get("channel", "")
    send_link(rooms(), visit_id, whom, channel, by=g.session)
    return _back(visit_id)


@blueprint.post("/acknowledge")
@needs_session
@needs_csrf
def seen(sid: str) -> ResponseReturnValue:
    """These visits' patients were seen to be here, by an open page or by a press of a button."""
    visit_ids = request.form.getlist("visit")
    for visit_id in visit_ids:
        check_visit(rooms(), g.session, visit_id, "see")
    acknowledge(rooms(), g.session, visit_ids)
    return _back(visit_ids[0]) if visit_ids and "then" in request.form else ("", 204)


@blueprint.get("/left")
@needs_session
@keeps_nobody_awake
def left(sid: str) -> ResponseReturnValue:
    """How long this sign-in lives on if nobody does anything: `{"seconds": 240, "last": false}`."""
    return _left()


@blueprint.post("/stay")
@needs_session
@needs_csrf
def stay(sid: str) -> ResponseReturnValue:
    """The person is still there. The guard has noted it; how long it lasts now."""
    return _left()


def _left() -> ResponseReturnValue:
    found = left_of(rooms(), g.session)
    return jsonify(seconds=found.seconds, last=found.is_last)


def _back(visit_id: str) -> ResponseReturnValue:
    return redirect(f"/clinic/s/{g.session.id}/visits/{visit_id}", 303)


def _asked(visit_id: str, asked: AskFirst, agreed: set[str]) -> str:
    note_look(rooms(), g.session, visit_id)
    return render_template(
        "ask_first.html",
        asked=asked,
        strip=read_strip(rooms(), visit_id),
        agreed=sorted({*agreed, asked.question}),
        ticket=ticket_for(g.session, visit_id, "start"),
        zone=zone_of(rooms(), g.session),
    )
