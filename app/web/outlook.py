"""What will reach the chart, told before: a page, and the part that a visit's page shows of it."""

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from app.services.chart_outlook import chart_outlook
from app.services.note_look import note_look
from app.services.visit_events import latest_event
from app.services.visit_page import read_strip
from app.web.current import rooms
from app.web.guards import needs_visit
from app.web.outlook_words import outlook_line, outlook_rows

blueprint = Blueprint("outlook", __name__, url_prefix="/clinic/s/<sid>/visits/<visit_id>/outlook")


@blueprint.get("")
@needs_visit("see")
def show(sid: str, visit_id: str) -> ResponseReturnValue:
    """The page."""
    note_look(rooms(), g.session, visit_id)
    strip = read_strip(rooms(), visit_id)
    return _rendered("outlook.html", visit_id, strip=strip, after=latest_event(rooms()), opened=True)


@blueprint.get("/fragment")
@needs_visit("see")
def fragment(sid: str, visit_id: str) -> ResponseReturnValue:
    """The part alone, for a page that is open."""
    return _rendered("_outlook_alone.html", visit_id)


def _rendered(template: str, visit_id: str, **more: object) -> str:
    prospects = chart_outlook(rooms(), g.session, visit_id)
    line, rows = outlook_line(prospects), outlook_rows(prospects)
    return render_template(template, visit_id=visit_id, line=line, rows=rows, **more)
