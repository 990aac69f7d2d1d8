"""What happened in a visit and when it was known, for whoever may see the visit."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from app.services.note_look import note_look
from app.services.timeline import read_timeline
from app.services.visit_events import latest_event
from app.visits.deeds import Deed
from app.web.current import rooms
from app.web.guards import needs_visit
from app.web.timeline_words import reason_words, row_words, wait_words

blueprint = Blueprint("timeline", __name__, url_prefix="/clinic/s/<sid>/visits/<visit_id>/timeline")


@blueprint.get("")
@needs_visit("see")
def show(sid: str, visit_id: str) -> ResponseReturnValue:
    """The page. Who opened it is written down."""
    note_look(rooms(), g.session, visit_id, Deed.TIMELINE)
    story = read_timeline(rooms(), visit_id)
    return render_template(
        "timeline.html",
        story=story,
        strip=story.strip,
        visit_id=visit_id,
        waits=[wait_words(wait, story) for wait in story.waits],
        reasons=[(reason.why, reason_words(reason, story)) for reason in story.reasons],
        rows=[(row, row_words(row)) for row in story.rows],
        after=latest_event(rooms()),
    )
