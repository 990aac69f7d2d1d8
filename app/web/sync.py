"""How appointments flow in, for those who look after EHRs."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from app.services.sync_progress import sync_progress
from app.signin.roles import may_tend
from app.web.current import rooms
from app.web.guards import needs_tending
from app.web.sync_words import FRESHNESS, REASONS, stretch_title, why_failed

blueprint = Blueprint("sync", __name__, url_prefix="/clinic/s/<sid>/appointments")


@blueprint.get("")
@needs_tending
def show(sid: str) -> ResponseReturnValue:
    """What was read last at each EHR that this person looks after, and how its back-fill goes."""
    mine = [site for site in rooms().sites.all() if may_tend(g.session.roles, site.name)]
    return render_template(
        "sync.html",
        progress=[sync_progress(rooms(), site) for site in mine],
        freshness=FRESHNESS,
        reasons=REASONS,
        title_of=stretch_title,
        faults_of=why_failed,
        here="ehrs",
    )
