"""Finishing a visit: who was there, the note as it is typed, and letting both go."""

from flask import Blueprint, Response, g, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.services.finish_visit import finish_visit
from app.services.note_look import note_look
from app.services.note_text import note_text
from app.services.note_way import clinic_language, note_way
from app.services.visit_events import latest_event
from app.services.visit_note import NoteDraft
from app.services.visit_page import read_visit_page
from app.services.visit_summary import summary_of
from app.services.working_note import TypedNote, save_typed_note, typed_note
from app.web.clocks import iso
from app.web.current import rooms
from app.web.guards import needs_csrf, needs_visit

blueprint = Blueprint("finish", __name__, url_prefix="/clinic/s/<sid>/visits/<visit_id>")
ALL, FINAL = "yes", "final"


@blueprint.get("/finish")
@needs_visit("act")
def look(sid: str, visit_id: str) -> ResponseReturnValue:
    """Who was there and when, who still is, and the note as far as it is typed."""
    after = latest_event(rooms())
    page, summary = read_visit_page(rooms(), g.session, visit_id), summary_of(rooms(), visit_id)
    if not page.offers.finish:
        return redirect(f"/clinic/s/{sid}/visits/{visit_id}", 303)
    way, typed = note_way(rooms(), g.session, visit_id), typed_note(rooms(), g.session, visit_id)
    told = note_text(summary, clinic_language(rooms(), visit_id))
    note_look(rooms(), g.session, visit_id)
    return render_template(
        "finish.html", page=page, summary=summary, after=after, way=way, typed=typed, told=told
    )


@blueprint.post("/finish")
@needs_visit("act")
@needs_csrf
def finish(sid: str, visit_id: str) -> ResponseReturnValue:
    """Finish, once the summary was seen."""
    if request.form.get("seen") != "summary":
        return redirect(f"/clinic/s/{sid}/visits/{visit_id}/finish", 303)
    end_for_all = request.form.get("end_for_all") == ALL
    finish_visit(rooms(), g.session, visit_id, end_for_all=end_for_all, note=_note_let_go())
    return redirect(f"/clinic/s/{sid}/visits/{visit_id}", 303)


@blueprint.get("/note")
@needs_visit("act")
def typed(sid: str, visit_id: str) -> ResponseReturnValue:
    """The text that was kept last, for a page that must choose between it and its own."""
    return _as_json(typed_note(rooms(), g.session, visit_id), with_text=True)


@blueprint.post("/note")
@needs_visit("act")
@needs_csrf
def keep(sid: str, visit_id: str) -> ResponseReturnValue:
    """Keep what is typed. The page's script asks for JSON; without it the button leads back to the visit."""
    text, revision = request.form.get("note", ""), request.form.get("revision", 0, type=int)
    kept = save_typed_note(rooms(), g.session, visit_id, text, revision)
    if not request.accept_mimetypes.accept_html:
        return _as_json(kept, with_text=False)
    return redirect(f"/clinic/s/{sid}/visits/{visit_id}", 303)


def _as_json(note: TypedNote, *, with_text: bool) -> Response:
    told = {"revision": note.revision, "saved_at": iso(note.saved_at) if note.saved_at else None}
    return jsonify(told | ({"text": note.text} if with_text else {}))


def _note_let_go() -> NoteDraft | None:
    """The note, final only where the page said so and they agreed; None: it is not to be filed."""
    filed = request.form.get("file")
    if filed not in (ALL, FINAL):
        return None
    return NoteDraft(request.form.get("note", ""), is_draft=filed != FINAL)
