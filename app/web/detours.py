"""Video services: whether they answer, and where a clinic's visits of today are held."""

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.services.change_video import change_video
from app.services.detour_page import read_clinic_days, read_services
from app.services.take_detour import take_detour
from app.signin.roles import may_tend
from app.web.current import rooms
from app.web.guards import needs_csrf, needs_tending

blueprint = Blueprint("detours", __name__, url_prefix="/clinic/s/<sid>/video")


@blueprint.get("")
@needs_tending
def show(sid: str) -> ResponseReturnValue:
    """The clinics that this person looks after. No patient is named here."""
    mine = [site for site in rooms().sites.all() if may_tend(g.session.roles, site.name)]
    return render_template(
        "video.html",
        services=read_services(rooms()),
        days=read_clinic_days(rooms(), mine),
        here="video",
    )


@blueprint.post("/<ehr>/day")
@needs_tending
@needs_csrf
def move_day(sid: str, ehr: str) -> ResponseReturnValue:
    """Today's visits of this clinic are held there from now on; those in a call only if they were ticked."""
    site, vendor = rooms().sites.by_name(ehr), request.form.get("to", "")
    take_detour(rooms(), g.session, site, vendor)
    (day,) = read_clinic_days(rooms(), [site])
    ticked = set(request.form.getlist("also"))
    for visit in day.in_call:
        if visit.id in ticked:
            change_video(rooms(), g.session, visit.id, vendor)
    return redirect(f"/clinic/s/{sid}/video", 303)
