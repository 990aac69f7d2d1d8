"""Hosts: the directory, its conflicts, tomorrow's visits without one, and the quotas."""

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.services.hosts_page import read_hosts_page
from app.services.name_host import choose_by_hand, choose_cover
from app.signin.roles import may_tend
from app.web.current import rooms
from app.web.guards import needs_csrf, needs_tending
from app.web.host_words import CONFLICTS, READINGS, SOURCES, USERS

blueprint = Blueprint("hosts", __name__, url_prefix="/clinic/s/<sid>/hosts")


@blueprint.get("")
@needs_tending
def show(sid: str) -> ResponseReturnValue:
    """Of the EHRs that this person looks after. No patient is named here."""
    mine = [site for site in rooms().sites.all() if may_tend(g.session.roles, site.name)]
    words = {"conflicts": CONFLICTS, "readings": READINGS, "sources": SOURCES, "users": USERS}
    return render_template("hosts.html", page=read_hosts_page(rooms(), mine), words=words, here="hosts")


@blueprint.post("/<ehr>/choose")
@needs_tending
@needs_csrf
def choose(sid: str, ehr: str) -> ResponseReturnValue:
    """This user hosts for the practitioner."""
    choose_by_hand(rooms(), g.session, ehr, *_named())
    return redirect(f"/clinic/s/{sid}/hosts", 303)


@blueprint.post("/<ehr>/cover")
@needs_tending
@needs_csrf
def cover(sid: str, ehr: str) -> ResponseReturnValue:
    """This user covers for the practitioner."""
    choose_cover(rooms(), g.session, ehr, *_named())
    return redirect(f"/clinic/s/{sid}/hosts", 303)


def _named() -> tuple[str, str]:
    return request.form.get("practitioner", ""), request.form.get("user", "")
